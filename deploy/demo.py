"""Walks both stories over HTTP with the real roles: ``python -m deploy.demo``.

One line per step with the elapsed time; leaves the printed licence in ``$KIOSK_INSTANCE/demo/licence.pdf`` and ends
with exit status 1 if any step fails.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from deploy.client import Client, Refused
from deploy.services import ROOT, ServicesFailed, place_from, running_services
from kiosk.demo import MACHINE, PASSWORD, PIN

PATIENCE = 120.0
Answer = TypeVar("Answer")


class StepFailed(RuntimeError):
    """A step did not end as it must."""


class Walk:
    """Says each step with the time since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def say(self, words: str) -> None:
        print(f"  {time.monotonic() - self._start:7.2f} s  {words}", flush=True)

    @staticmethod
    def until(what: str, look: Callable[[], Answer | None]) -> Answer:
        """Look until there is an answer. Raises StepFailed when patience ends."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = look()
            if answer is not None:
                return answer
            time.sleep(0.1)
        raise StepFailed(f"等了 {PATIENCE:.0f} 秒仍没有：{what}")

    @staticmethod
    def refused(code: str, act: Callable[[], Any]) -> None:
        """The act must be refused with that code. Raises StepFailed otherwise."""
        try:
            act()
        except Refused as refusal:
            if refusal.code == code:
                return
            raise StepFailed(f"应以 {code} 拒绝，实为 {refusal.code}") from refusal
        raise StepFailed(f"应以 {code} 拒绝，却成功了")


def branch_form(person: dict[str, str], premises: str, street: str) -> dict[str, Any]:
    """The form of item 37 for an invented technology company."""
    return {
        "branch_name": f"重庆样例科技有限公司{street[:2]}分公司",
        "parent_name": "重庆样例科技有限公司",
        "parent_uscc": "91500000MAKQ2026XN",
        "parent_registry": "重庆两江新区市场监督管理局",
        "parent_type": "有限责任公司",
        "premises_division": premises,
        "premises_address": f"{street}1号(样例)",
        "premises_use_proof": "租赁合同",
        "business_scope": "技术服务、技术开发、技术咨询；软件开发；信息系统集成服务。",
        "accounting_mode": "非独立核算",
        "head_name": person["name"],
        "head_id": person["document_number"],
        "head_phone": person["phone"],
        "head_appointment": "任职文件",
        "liaison_name": person["name"],
        "liaison_phone": person["phone"],
        "duplicate_count": 1,
        "get_method": "自助机打印",
    }


def sign_in(client: Client, login: str) -> Client:
    """A member of staff of the demo."""
    session = client.post("/api/v1/sessions/staff", {"login": login, "password": PASSWORD})
    return client.signed_in(session["token"])


def decide(walk: Walk, officer: Client, number: str) -> dict[str, Any]:
    """Accept, review and grant; answers the case."""
    queue = officer.get("/api/v1/cases")["cases"]
    if all(line["number"] != number for line in queue):
        raise StepFailed("办件不在办理机关的待办清单中")
    case = officer.post(f"/api/v1/cases/{number}/acceptance")
    walk.say(f"{case['deciding_name']}受理，承诺 {case['promised_due_on']} 前办结")
    officer.post(f"/api/v1/cases/{number}/review")
    case = officer.post(
        f"/api/v1/cases/{number}/grant", {"words": "材料齐全，符合法定形式，准予登记。"}
    )
    walk.say(f"{case['deciding_name']}准予登记，分公司代码 {case['result_code']}（演示号段）")
    return dict(case)


def wait_for_seal(walk: Walk, officer: Client, number: str) -> dict[str, Any]:
    """Wait until the licence is sealed; answers the copy."""

    def sealed() -> dict[str, Any] | None:
        case = officer.get(f"/api/v1/cases/{number}")
        blocked = [paper for paper in case["papers"] if paper["state"] == "blocked"]
        if blocked:
            raise StepFailed(f"不能盖章：{blocked[0]['problem']}")
        return next((copy for copy in case["copies"] if copy["ready"]), None)

    copy = walk.until("加盖印章的执照", sealed)
    walk.say(f"执照已生成并加盖{copy['authority_name']}印章（样章）")
    return copy


def story_of_the_window(walk: Walk, client: Client, instance: Path) -> None:
    """A company walks to the window in 两江新区 and opens a branch in Chengdu."""
    print("故事一：两江新区窗口收件，成都市锦江区决定")
    person = people(instance)["zhang"]
    clerk, officer = sign_in(client, "clerk.liangjiang"), sign_in(client, "officer.jinjiang")
    found = client.get("/api/v1/items?limit=3&q=" + urllib.parse.quote("开分公司"))["items"]
    if 37 not in [item["seq"] for item in found]:
        raise StepFailed("用“开分公司”没有找到设立登记")
    walk.say(f"窗口用“开分公司”找到事项：{found[0]['name']}")
    route = client.get("/api/v1/items/37/route?district=510104")
    walk.say("先问清谁来办理：" + route["authority_name"])
    receipt = clerk.post(
        "/api/v1/cases", submission(person, "510104", "锦江路", delivery="machine")
    )
    number = receipt["number"]
    walk.say(f"窗口收件 {number}，由{receipt['deciding_authority']}决定")
    walk.refused("forbidden", lambda: clerk.post(f"/api/v1/cases/{number}/acceptance"))
    other = sign_in(client, "officer.wuhou")
    walk.refused("wrong-place", lambda: other.post(f"/api/v1/cases/{number}/acceptance"))
    walk.say("收件窗口和其他机关都不能代为受理（已拒绝）")
    decide(walk, officer, number)
    copy = wait_for_seal(walk, officer, number)
    print_at_machine(walk, client, instance, "zhang", copy)
    finish(walk, officer, number)


def story_of_the_machine(walk: Walk, client: Client, instance: Path) -> Path:
    """An entrepreneur of Wuhou applies online and prints the licence in Shapingba; answers the printed file."""
    print("故事二：网上申请，成都市武侯区决定，沙坪坝区自助机打印")
    person = people(instance)["ouyang"]
    ticket = client.post("/api/v1/demo/tickets", {"person": "ouyang"})["ticket"]
    session = client.post("/api/v1/sessions/online", {"ticket": ticket})
    citizen = client.signed_in(session["token"])
    walk.say(f"{session['name']}在网上登录")
    body = submission(person, "510107", "武侯大道", delivery="machine")
    del body["applicant"]
    key = secrets.token_hex(8)
    receipt = citizen.post("/api/v1/cases", body, Idempotency_Key=key)
    again = citizen.post("/api/v1/cases", body, Idempotency_Key=key)
    if again["number"] != receipt["number"]:
        raise StepFailed("同一份申请重复提交得到了两个编号")
    number = receipt["number"]
    walk.say(f"网上提交 {number}，由{receipt['deciding_authority']}决定（重复提交仍是同一件）")
    officer = sign_in(client, "officer.wuhou")
    decide(walk, officer, number)
    copy = wait_for_seal(walk, officer, number)
    printed = print_at_machine(walk, client, instance, "ouyang", copy)
    finish(walk, officer, number)
    return printed


def submission(
    person: dict[str, str], premises: str, street: str, *, delivery: str
) -> dict[str, Any]:
    """The application for item 37 as a window sends it."""
    return {
        "item": 37,
        "form": branch_form(person, premises, street),
        "applicant": {
            "name": person["name"],
            "document_number": person["document_number"],
            "phone": person["phone"],
        },
        "delivery": delivery,
        "pickup_machine": MACHINE,
        "materials": [{"name": "公司登记(备案)申请书", "form": "paper", "pages": 2}],
    }


def print_at_machine(
    walk: Walk, client: Client, instance: Path, key: str, copy: dict[str, Any]
) -> Path:
    """The holder lays the card on the reader, proves themselves and prints; answers the file in the tray."""
    tray = instance / "machine" / "tray"
    before = set(tray.glob("*.pdf"))
    client.call("DELETE", "/api/v1/demo/card")
    page = open_page(walk, client, instance)
    client.call("PUT", "/api/v1/demo/card", {"person": key})
    walk.until("读到身份证", lambda: page.get("/api/v1/machine/session")["state"] == "card" or None)
    walk.say("持证人在重庆西站自助机刷身份证")
    page.post("/api/v1/machine/session/proof", {"kind": "pin", "secret": PIN})
    offered = page.get("/api/v1/licences")["copies"]
    if copy["identifier"] not in [entry["identifier"] for entry in offered]:
        raise StepFailed("自助机没有列出持证人的执照")
    walk.say(f"第二重验证通过，列出 {len(offered)} 份可打印的证照")
    path = f"/api/v1/licences/{copy['identifier']}/copies/{copy['label']}/print"
    page.post(path)
    walk.until("打印完成", lambda: _printed(page, copy))
    new = set(tray.glob("*.pdf")) - before
    if len(new) != 1:
        raise StepFailed(f"出纸口应有一份新执照，实有 {len(new)} 份")
    walk.say("打印完成，执照在出纸口")
    walk.refused("copy-already-printed", lambda: page.post(path))
    walk.say("再打第二份原件：已拒绝")
    client.call("DELETE", "/api/v1/demo/card")
    return new.pop()


def open_page(walk: Walk, client: Client, instance: Path) -> Client:
    """The machine's screen: redeem the one-time address that the agent opens; a used one is replaced soon."""
    address = instance / "machine" / "state" / "session_url"

    def redeem() -> Client | None:
        if not address.exists():
            return None
        ticket = address.read_text("utf-8").strip().rsplit("/", 1)[-1]
        try:
            return client.signed_in(
                client.post("/api/v1/machine/entry", {"ticket": ticket})["token"]
            )
        except Refused:
            return None

    return walk.until("自助机的会话页面", redeem)


def finish(walk: Walk, officer: Client, number: str) -> None:
    """The printed copy makes the case delivered; the officer closes it."""

    def delivered() -> bool | None:
        return officer.get(f"/api/v1/cases/{number}")["state"] == "delivered" or None

    walk.until("送达", delivered)
    case = officer.post(f"/api/v1/cases/{number}/closing")
    walk.say(f"{case['item_name']} {number} {case['state_words']}")


def verify(walk: Walk, instance: Path, printed: Path) -> None:
    """Judge the paper offline, with the agent's trust root and nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "printing.verify", str(printed)],
        cwd=ROOT,
        env={**os.environ, "KIOSK_INSTANCE": str(instance)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StepFailed(f"离线核验未通过：{done.stdout}{done.stderr}")
    walk.say("离线核验：签章真实（演示根证书）")


def people(instance: Path) -> dict[str, dict[str, str]]:
    """The invented people by key."""
    entries = json.loads((instance / "identity" / "people.json").read_text("utf-8"))
    return {entry["key"]: entry for entry in entries}


def _printed(page: Client, copy: dict[str, Any]) -> bool | None:
    copies = page.get("/api/v1/licences")["copies"]
    mine = next(
        entry
        for entry in copies
        if entry["identifier"] == copy["identifier"] and entry["label"] == copy["label"]
    )
    return True if mine["printed_at"] else None


def main() -> int:
    place = place_from(os.environ)
    walk = Walk()
    try:
        with running_services(place.instance, place.port) as url:
            walk.say(f"服务在 {url}")
            client = Client(url)
            story_of_the_window(walk, client, place.instance)
            printed = story_of_the_machine(walk, client, place.instance)
            verify(walk, place.instance, printed)
            kept = place.instance / "demo" / "licence.pdf"
            shutil.copyfile(printed, kept)
            walk.say(f"两个故事都走通了：{kept}")
    except (StepFailed, Refused, ServicesFailed) as failure:
        print(f"失败：{failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
