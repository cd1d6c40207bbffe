// Judges the text of a 核验码 with the published keys of this page, and nothing else: no request ever leaves it.
// The form is that of docs/adr/0003-qr-payload.md; what printing/qr.py refuses, this refuses, with the same reason.
"use strict";
(() => {
  const PREFIX = "CY1:", LONGEST = 350, ROOT = "1.2.156.3005.2.";
  const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const BASE37 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.";
  const HALF_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n / 2n;
  const FIRST_DAY = Date.UTC(2000, 0, 1), LAST_DAY = 0xffff, DAY_MS = 86400000;
  const book = JSON.parse(document.getElementById("book").textContent);

  class Refused extends Error {
    constructor(reason) { super(reason); this.reason = reason; }
  }
  const require = (condition, reason = "malformed") => { if (!condition) throw new Refused(reason); };

  function fromBase45(text) {
    const values = Array.from(text, (character) => BASE45.indexOf(character));
    require(!values.includes(-1) && values.length % 3 !== 1);
    const bytes = [];
    for (let at = 0; at < values.length; at += 3) {
      const group = values.slice(at, at + 3);
      const number = group.reduce((sum, value, place) => sum + value * 45 ** place, 0);
      require(number < (group.length === 3 ? 65536 : 256));
      if (group.length === 3) bytes.push(number >> 8);
      bytes.push(number & 255);
    }
    return Uint8Array.from(bytes);
  }

  // One CBOR value that fills the bytes, in the shortest form, of the few kinds a code consists of.
  function readCbor(bytes) {
    let at = 0;
    const take = (count) => {
      require(at + count <= bytes.length);
      at += count;
      return bytes.subarray(at - count, at);
    };
    const argument = (info) => {
      if (info < 24) return info;
      require(info <= 26);
      const size = 1 << (info - 24);
      const value = take(size).reduce((sum, byte) => sum * 256 + byte, 0);
      require(value >= [24, 256, 65536][info - 24]);
      return value;
    };
    const readers = [
      (length) => length,
      (length) => -1 - length,
      (length) => take(length).slice(),
      (length) => readText(take(length)),
      (length) => Array.from({ length: Math.min(length, bytes.length) }, read),
      (length) => readMap(length),
    ];
    const readMap = (length) => {
      const map = new Map();
      for (let each = 0; each < length; each += 1) {
        const key = read();
        require(typeof key === "number" && !map.has(key));
        map.set(key, read());
      }
      return map;
    };
    const read = () => {
      const [head] = take(1), kind = head >> 5;
      if (head === 0xf6) return null;
      require(kind < readers.length);
      return readers[kind](argument(head & 31));
    };
    const value = read();
    require(at === bytes.length);
    return value;
  }

  function readText(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Refused("malformed");
    }
  }

  const isBytes = (value) => value instanceof Uint8Array;
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const number = (bytes) => BigInt("0x" + (hex(bytes) || "0"));

  function header(kind, length) {
    if (length < 24) return [kind << 5 | length];
    return length < 256 ? [kind << 5 | 24, length] : [kind << 5 | 25, length >> 8, length & 255];
  }

  function toBeSigned(protectedHeader, body) {
    const context = new TextEncoder().encode("Signature1");
    return Uint8Array.from([
      ...header(4, 4), ...header(3, context.length), ...context,
      ...header(2, protectedHeader.length), ...protectedHeader,
      ...header(2, 0), ...header(2, body.length), ...body,
    ]);
  }

  function unwrap(text) {
    require(text.startsWith(PREFIX), "not-ours");
    require(text.length <= LONGEST);
    const parts = readCbor(fromBase45(text.slice(PREFIX.length)));
    require(Array.isArray(parts) && parts.length === 4);
    const [protectedHeader, rest, body, signature] = parts;
    require(isBytes(protectedHeader) && rest instanceof Map && rest.size === 0);
    require(isBytes(body) && isBytes(signature) && signature.length === 64);
    return [protectedHeader, body, signature];
  }

  function signerOf(protectedHeader) {
    const named = readCbor(protectedHeader);
    require(named instanceof Map && named.size === 2 && named.get(1) === -7 && isBytes(named.get(4)));
    const owner = Object.hasOwn(book.keys, hex(named.get(4))) ? book.keys[hex(named.get(4))] : null;
    require(owner !== null, "unknown-key");
    return owner;
  }

  async function isSigned(owner, protectedHeader, body, signature) {
    if (number(signature.subarray(32)) > HALF_ORDER) return false;
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const raw = Uint8Array.from(owner.point.match(/../g), (pair) => parseInt(pair, 16));
    const key = await crypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]);
    return crypto.subtle.verify(algorithm, key, signature, toBeSigned(protectedHeader, body));
  }

  function identifierOf(packed) {
    if (typeof packed === "string") return packed;
    require(isBytes(packed));
    const characters = [];
    for (let rest = number(packed); rest > 1n; rest /= 37n) characters.push(BASE37[Number(rest % 37n)]);
    return ROOT + characters.reverse().join("");
  }

  function textOf(packed) {
    if (typeof packed === "string") return packed;
    require(isBytes(packed) && packed.length % 2 === 0);
    let text = "";
    for (let at = 0; at < packed.length; at += 2) text += String.fromCharCode(packed[at] << 8 | packed[at + 1]);
    require(!/\p{Surrogate}/u.test(text));
    return text;
  }

  function dayOf(days) {
    require(Number.isInteger(days) && days >= 0 && days <= LAST_DAY);
    return new Date(FIRST_DAY + days * DAY_MS).toISOString().slice(0, 10);
  }

  function mayIssue(owner, identifier) {
    const parts = identifier.startsWith(ROOT) ? identifier.slice(ROOT.length).split(".") : [];
    return parts.length <= 1 || parts[1].length !== 18 || owner.code === "" || parts[1] === owner.code;
  }

  // Resolves to what a genuine code says; rejects with Refused.
  async function decode(given) {
    const [protectedHeader, body, signature] = unwrap(given.replace(/[\r\n]+/g, "").trim());
    const owner = signerOf(protectedHeader);
    require(await isSigned(owner, protectedHeader, body, signature), "signature");
    const claims = readCbor(body);
    require(Array.isArray(claims) && claims.length === 6);
    const payload = {
      identifier: identifierOf(claims[0]),
      holder: textOf(claims[1]),
      licence_name: textOf(claims[2]),
      issuer: owner.name,
      issued_on: dayOf(claims[3]),
      expires_on: claims[4] === null ? null : dayOf(claims[4]),
      copy_label: textOf(claims[5]),
      demo: owner.demo,
    };
    require(mayIssue(owner, payload.identifier), "issuer");
    return payload;
  }

  const REASONS = {
    "not-ours": "这不是本系统的核验码。",
    "malformed": "核验码不完整，或内容有误。请重新扫描，或重新粘贴完整的文字。",
    "unknown-key": "签发机关的公钥不在本文件中。可能是本文件下载之后才启用的密钥，请下载新的核验文件再试。",
    "signature": "签名不符，内容被改动过。",
    "issuer": "签名的机关不是证照的颁发机关。",
  };
  const STATUS = {
    suspended: "已暂扣", revoked: "已吊销或撤销", cancelled: "已注销", expired: "已过期", superseded: "已被新版本替代",
  };

  // The status at the moment this file was made; it can not know what happened since.
  function statusOf(payload, today) {
    const said = book.statuses[payload.identifier];
    if (said) return ["bad", `${STATUS[said] ?? said}（${book.made_at_words}）`];
    const copy = `${payload.identifier}#${payload.copy_label}`;
    if (book.copies[copy]) return ["bad", `这一份纸质原件已作废（${book.made_at_words}）`];
    if (payload.expires_on !== null && payload.expires_on < today) return ["bad", "已过有效期"];
    return ["warn", `${book.made_at_words}没有失效记录；之后是否变更，须联网查询`];
  }

  async function judge(text) {
    try {
      return { genuine: true, code: "genuine", payload: await decode(text) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { genuine: false, code: error.reason, payload: null };
    }
  }

  function line(list, name, value) {
    const term = document.createElement("dt"), said = document.createElement("dd");
    term.textContent = name;
    said.textContent = value;
    list.append(term, said);
    return said;
  }

  function show(verdict) {
    const answer = document.getElementById("answer"), words = document.createElement("p");
    words.className = verdict.genuine ? "good" : "bad";
    words.textContent = verdict.genuine ? "核验码真实" : `不能认定为真：${REASONS[verdict.code]}`;
    answer.replaceChildren(words);
    answer.dataset.code = verdict.code;
    if (!verdict.genuine) return;
    const payload = verdict.payload, list = document.createElement("dl");
    if (payload.demo) {
      const note = document.createElement("p");
      note.className = "warn";
      note.textContent = "这是样张：由演示密钥签发，没有法律效力。";
      answer.append(note);
    }
    const [tone, status] = statusOf(payload, new Date().toISOString().slice(0, 10));
    line(list, "状态", status).className = tone;
    line(list, "证照", payload.licence_name);
    line(list, "持证人", payload.holder);
    line(list, "发证机关", payload.issuer);
    line(list, "颁发日期", payload.issued_on);
    line(list, "有效期至", payload.expires_on ?? "未载明");
    line(list, "副本编号", payload.copy_label);
    line(list, "证照标识", payload.identifier);
    answer.append(list);
  }

  const say = (words) => { document.getElementById("scanner-words").textContent = words; };

  async function readPicture(source) {
    const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(source);
    const ours = found.find((code) => code.rawValue.startsWith(PREFIX));
    if (!ours) return false;
    document.getElementById("text").value = ours.rawValue;
    show(await judge(ours.rawValue));
    return true;
  }

  async function scan() {
    const video = document.getElementById("video");
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    say("请把核验码对准镜头。");
    const stop = () => {
      stream.getTracks().forEach((track) => track.stop());
      video.hidden = true;
      say("");
    };
    const look = async () => {
      if (await readPicture(video)) stop();
      else setTimeout(() => look().catch(stop), 200);
    };
    await look();
  }

  async function take(file) {
    const picture = await createImageBitmap(file);
    if (!(await readPicture(picture))) say("图片里没有找到核验码。");
  }

  function offerScanner() {
    if (!("BarcodeDetector" in window)) {
      say("这个浏览器不能直接识别二维码。请用手机扫码，把得到的文字粘贴到上面。");
      return;
    }
    document.getElementById("scanner").hidden = false;
    document.getElementById("scan").addEventListener("click", () => {
      scan().catch(() => say("无法使用摄像头。可以选择图片，或粘贴文字。"));
    });
    const picture = document.getElementById("picture");
    const took = (file) => take(file).catch(() => say("这个文件不是能识别的图片。"));
    picture.addEventListener("change", () => { if (picture.files[0]) took(picture.files[0]); });
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files[0]) took(event.dataTransfer.files[0]);
    });
  }

  document.getElementById("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    show(await judge(document.getElementById("text").value));
  });
  offerScanner();
  window.judge = judge;
})();
