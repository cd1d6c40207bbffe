"""The commands of ``flask keys``: seals and their keys, for the keeper of the seals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from kiosk.clock import office_date
from kiosk.errors import KioskError
from kiosk.identity.actors import SYSTEM
from kiosk.licences import seal_keeping
from kiosk.licences.key_sources import DeviceKey, KeyFile
from kiosk.licences.seal_keeping import KeySource, RealSeal, SealLine
from printing.errors import PrintingError
from printing.seal_import import SIZES, OrganLevel
from printing.verification.chains import read_pem

keys_group = AppGroup("keys", help="Seals and their keys.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@keys_group.command("list")
@click.option("--within", type=int, help="Days before the end that count as soon.")
@with_appcontext
def show_keys(within: int | None) -> None:
    """List all seals, soonest to end first; exit 1 if any ends soon, is over or lacks its key."""
    days = current_app.config["KEY_WARNING_DAYS"] if within is None else within
    until, wanting = _now() + timedelta(days=days), 0
    for line in seal_keeping.list_seals():
        warning = _warning(line, until)
        wanting += bool(warning)
        click.echo(f"{line.authority_code}  {line.owner_name}  {_about(line)}{warning}")
    raise SystemExit(1 if wanting else 0)


@keys_group.command("stop")
@click.argument("authority_code")
@click.option("--reason", required=True)
@with_appcontext
def stop(authority_code: str, reason: str) -> None:
    """Stop the seal of AUTHORITY_CODE at once; the next sealing is refused."""
    with _in_words():
        seal_keeping.stop_seal(authority_code, reason, actor=SYSTEM, now=_now())
    click.echo(f"{authority_code} 的印章已停用")


@keys_group.command("resume")
@click.argument("authority_code")
@click.option("--reason", required=True)
@with_appcontext
def resume(authority_code: str, reason: str) -> None:
    """Let the stopped seal of AUTHORITY_CODE be used again."""
    with _in_words():
        seal_keeping.resume_seal(authority_code, reason, actor=SYSTEM, now=_now())
    click.echo(f"{authority_code} 的印章已恢复使用")


@keys_group.command("rotate")
@click.argument("authority_code")
@with_appcontext
def rotate(authority_code: str) -> None:
    """Give the demonstration seal of AUTHORITY_CODE a new key; what the old one signed stays genuine."""
    with _in_words():
        seal_keeping.rotate_key(authority_code, actor=SYSTEM, now=_now())
    click.echo(f"{authority_code} 已换用新密钥")


@keys_group.command("import")
@click.argument("authority_code")
@click.argument("authority_name")
@click.option(
    "--picture", type=FILE, required=True, help="PNG: pure red, transparent, cut to the circle."
)
@click.option("--level", type=click.Choice(list(SIZES)), required=True, help="The kind of organ.")
@click.option("--diameter", type=int, required=True, help="Millimetres.")
@click.option("--key", type=FILE, help="PKCS#12 file with the key and the chain.")
@click.option("--password", envvar="KIOSK_IMPORT_PASSWORD", default="", help="Of the PKCS#12 file.")
@click.option("--device-label", help="The key's label in the configured device.")
@click.option(
    "--certificates", type=FILE, help="PEM for a key in a device: its certificate, then the chain."
)
@with_appcontext
def import_seal(
    authority_code: str, authority_name: str, *, picture: Path, level: OrganLevel, diameter: int,
    key: Path | None, password: str, device_label: str | None, certificates: Path | None,
) -> None:  # fmt: skip
    """Take in the real seal of an authority; its papers come out clean from then on.

    The certificate must name AUTHORITY_CODE and AUTHORITY_NAME and lead to a root in keys/trusted of the instance.
    """
    with _in_words():
        source = _source(key, password, device_label, certificates)
        real = RealSeal(
            authority_code,
            authority_name,
            level,
            diameter,
            picture.read_bytes(),
            source,
        )
        seal_keeping.import_seal(real, actor=SYSTEM, now=_now())
        seal = seal_keeping.find_seal(authority_code)
    click.echo(f"{authority_name}的印章已导入")
    if seal and seal.owner and seal.owner.kind == "rsa":
        click.echo("这是 RSA 密钥，只能签文书；证照的核验码要用 P-256 密钥签，导入以前不能颁发证照")


def _source(
    key: Path | None, password: str, label: str | None, certificates: Path | None
) -> KeySource:
    if key is not None and label is None:
        return KeyFile(key.read_bytes(), password)
    if key is None and label is not None and certificates is not None:
        own, *chain = read_pem(certificates.read_bytes())
        return DeviceKey(label, own, tuple(chain))
    raise click.UsageError("请给出 --key，或者 --device-label 和 --certificates")


def _about(line: SealLine) -> str:
    kind = "正式印章" if line.imported else "演示样章"
    stopped = f"，已停用（{line.stop_reason}）" if line.stopped_at else ""
    return f"{kind}，有效期至 {office_date(line.ends_at)}{stopped}"


def _warning(line: SealLine, until: datetime) -> str:
    if line.owner is None:
        return "　【没有对应的密钥】"
    if line.ends_at <= _now():
        return "　【已过期】"
    return "　【即将到期】" if line.ends_at <= until else ""


@contextmanager
def _in_words() -> Iterator[None]:
    """A refusal as one line for the terminal."""
    try:
        yield
    except (KioskError, PrintingError) as refusal:
        raise click.ClickException(f"{refusal}（{refusal.code}）") from refusal


def _now() -> datetime:
    moment: datetime = current_app.extensions["clock"].now()
    return moment
