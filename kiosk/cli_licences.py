"""The commands of ``flask licence``: drafts of templates seen and checked, papers rebuilt and sealed again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from kiosk.errors import KioskError
from kiosk.identity.actors import SYSTEM
from kiosk.licences import sealing
from kiosk.licences.metadata import as_json, as_xml, metadata_of
from kiosk.licences.queries import get_document, get_licence, list_blocked, list_history
from kiosk.uow import reading
from printing.documents import Document
from printing.errors import PrintingError, TemplateInvalid
from printing.filling import field_keys
from printing.pictures import picture_of
from printing.render import render_by
from printing.samples import contact_sheet, sample_of
from printing.templates.elements import Template
from printing.templates.loading import get_template, read_draft

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
SUFFIX = ".json"


def add_commands(group: AppGroup) -> None:
    """Put these commands into the group ``licence``."""
    for command in COMMANDS:
        group.add_command(command)


@click.command("check")
@click.argument("files", type=FILE, nargs=-1, required=True)
def check(files: tuple[Path, ...]) -> None:
    """Check template FILES; every fault comes with its line and path, and ends with exit 1."""
    faults = [f"{file}: {fault}" for file in files for fault in _faults(file)]
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(files)} 个版式，{len(faults)} 处错误")
    raise SystemExit(1 if faults else 0)


@click.command("preview")
@click.argument("template")
@click.option("--values", type=FILE, help="JSON: field key to text, table key to rows of cells.")
@click.option("--pdf", type=NEW_FILE, help="Where the page goes as PDF.")
@click.option("--png", type=NEW_FILE, help="Where a picture of the page goes.")
@click.option("--page", type=click.IntRange(min=1), default=1, help="Which page the picture shows.")
@click.option("--dpi", type=click.IntRange(36, 600), default=100, show_default=True)
@click.option("--blank", is_flag=True, help="Draw only what a pre-printed blank does not show.")
@click.option("--offset", type=(float, float), default=(0.0, 0.0), help="Millimetres right and up.")
def preview(
    template: str, *, values: Path | None, pdf: Path | None, png: Path | None, page: int, dpi: int,
    blank: bool, offset: tuple[float, float],
) -> None:  # fmt: skip
    """Draw TEMPLATE, a shipped name or a draft's file, as a demonstration: 样张 on the page, 样章 in the seal."""
    if pdf is None and png is None:
        raise click.UsageError("请用 --pdf 或 --png 指定输出文件")
    with _in_words():
        chosen = _template(template)
        document = _filled(sample_of(chosen), values)
        stock = "blank" if blank else document.stock
        drawn = render_by(chosen, replace(document, stock=stock, offset_mm=offset)).data
        _write(drawn, pdf, png, dpi=dpi, page=page)


@click.command("fields")
@click.argument("template")
def show_fields(template: str) -> None:
    """List the keys that papers by TEMPLATE must and may give."""
    with _in_words():
        must, may = field_keys(_template(template))
    click.echo("必填：" + "、".join(must))
    click.echo("选填：" + "、".join(may))


@click.command("sheet")
@click.option("--pdf", type=NEW_FILE, help="Where the sheet goes as PDF.")
@click.option("--png", type=NEW_FILE, help="Where a picture of one of its pages goes.")
@click.option("--page", type=click.IntRange(min=1), default=1, help="Which page the picture shows.")
@click.option("--dpi", type=click.IntRange(36, 600), default=100, show_default=True)
def sheet(pdf: Path | None, png: Path | None, page: int, dpi: int) -> None:
    """Draw all templates with their samples on one sheet."""
    if pdf is None and png is None:
        raise click.UsageError("请用 --pdf 或 --png 指定输出文件")
    with _in_words():
        _write(contact_sheet().data, pdf, png, dpi=dpi, page=page)


@click.command("metadata")
@click.argument("identifier")
@click.option("--format", "form", type=click.Choice(["json", "xml"]), default="json")
@click.option("--out", type=NEW_FILE, help="Where it goes; without it, the terminal.")
@with_appcontext
def show_metadata(identifier: str, form: str, out: Path | None) -> None:
    """Export the national metadata elements of the licence IDENTIFIER, the holder's number included."""
    with _in_words(), reading() as session:
        found = metadata_of(session, get_licence(session, identifier))
    text = json.dumps(as_json(found), ensure_ascii=False, indent=1).encode()
    data = as_xml(found) if form == "xml" else text
    if out is None:
        click.echo(data.decode())
    else:
        out.write_bytes(data + b"\n")


@click.command("history")
@click.argument("identifier")
@with_appcontext
def show_history(identifier: str) -> None:
    """List every status the licence IDENTIFIER was given."""
    with _in_words(), reading() as session:
        for entry in list_history(session, get_licence(session, identifier)):
            click.echo(
                f"{entry.effective_on}  {entry.status}  {entry.actor_number}  {entry.reason or ''}"
            )


@click.command("rebuild")
@click.argument("number")
@click.option("--out", type=NEW_FILE, required=True)
@with_appcontext
def rebuild(number: str, out: Path) -> None:
    """Rebuild the sealed paper NUMBER byte for byte from what is stored, without touching a key."""
    with _in_words():
        out.write_bytes(sealing.rebuild(number))
    click.echo(f"{out} 与登记一致")


@click.command("sm2")
@click.argument("number")
@click.option("--out", type=NEW_FILE, required=True)
@with_appcontext
def write_sm2(number: str, out: Path) -> None:
    """Write the SM2 signature (DER) that stands beside the sealed file of the paper NUMBER."""
    with _in_words(), reading() as session:
        signature = get_document(session, number).sm2_signature
    if signature is None:
        raise click.ClickException(f"{number} 没有国密签名")
    out.write_bytes(signature)
    click.echo(out)


@click.command("blocked")
@with_appcontext
def show_blocked() -> None:
    """List the papers whose sealing was refused, with the reason."""
    with reading() as session:
        for row in list_blocked(session):
            click.echo(f"{row.number}  {row.case_number}  {row.title}  {row.problem}")


@click.command("seal-again")
@click.argument("number")
@with_appcontext
def seal_again(number: str) -> None:
    """Seal the blocked paper NUMBER again, after its cause is gone."""
    with _in_words():
        sealing.seal_again(number, actor=SYSTEM, now=_now())
    click.echo(f"{number} 已重新排队盖章")


def _faults(file: Path) -> tuple[str, ...]:
    try:
        read_draft(file.stem, file.read_text(encoding="utf-8"))
    except TemplateInvalid as refusal:
        return refusal.faults
    except UnicodeDecodeError as error:
        return (f"byte {error.start}: not UTF-8",)
    return ()


def _template(name: str) -> Template:
    """A shipped template by its name, or the draft in a file."""
    if not name.endswith(SUFFIX):
        return get_template(name)
    file = Path(name)
    if not file.is_file():
        raise click.BadParameter(f"没有文件 {name}")
    return read_draft(file.stem, file.read_text(encoding="utf-8"))


def _filled(sample: Document, values: Path | None) -> Document:
    """The sample with the texts and tables of a file in the place of its own."""
    if values is None:
        return sample
    given: Mapping[str, Any] = _read_object(values)
    texts = {key: value for key, value in given.items() if isinstance(value, str)}
    tables = {
        key: tuple(tuple(map(str, row)) for row in rows)
        for key, rows in given.items()
        if isinstance(rows, list) and all(isinstance(row, list) for row in rows)
    }
    if wrong := given.keys() - texts.keys() - tables.keys():
        raise click.BadParameter(f"{'、'.join(sorted(wrong))} 应为文字，或由行组成的表格")
    return replace(sample, values={**sample.values, **texts}, tables={**sample.tables, **tables})


def _read_object(file: Path) -> Mapping[str, Any]:
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.BadParameter(f"{file} 不是 JSON：{error}") from error
    if not isinstance(given, dict):
        raise click.BadParameter(f"{file} 应为一个对象：字段名对应文字")
    return given


def _write(drawn: bytes, pdf: Path | None, png: Path | None, *, dpi: int, page: int) -> None:
    if pdf is not None:
        pdf.write_bytes(drawn)
        click.echo(pdf)
    if png is not None:
        png.write_bytes(picture_of(drawn, dpi=dpi, page=page))
        click.echo(png)


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


COMMANDS = (
    check, preview, show_fields, sheet, show_metadata, show_history, rebuild, write_sm2, show_blocked,
    seal_again,
)  # fmt: skip
