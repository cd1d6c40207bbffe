"""Who acts: the value every command takes, so that a rule can ask for role and place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The parts people and programs play. A person signed in at a machine or online is a citizen."""

    CITIZEN = "citizen"
    CLERK = "clerk"
    OFFICER = "officer"
    EDITOR = "editor"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    MANAGER = "manager"
    SEAL_KEEPER = "seal-keeper"
    MACHINE = "machine"
    SYSTEM = "system"


ROLE_WORDS = {
    Role.CITIZEN: "申请人",
    Role.CLERK: "窗口工作人员",
    Role.OFFICER: "审批人员",
    Role.EDITOR: "事项管理员",
    Role.OPERATOR: "运维人员",
    Role.AUDITOR: "审计人员",
    Role.MANAGER: "管理人员",
    Role.SEAL_KEEPER: "印章管理员",
    Role.MACHINE: "自助终端",
    Role.SYSTEM: "系统",
}


@dataclass(frozen=True)
class Actor:
    """One who acts.

    ``number`` is public: a login, a person's or a machine's number. ``division_code`` is the place a clerk or a
    machine stands in; ``authority_code`` the organ an officer or an editor belongs to; ``machine_number`` the machine
    a citizen stands at; ``supervisor`` marks the officer who may pass cases on within the organ.
    """

    role: Role
    number: str
    name: str
    division_code: str | None = None
    place: str | None = None
    authority_code: str | None = None
    person_id: int | None = None
    machine_number: str | None = None
    supervisor: bool = False


SYSTEM = Actor(Role.SYSTEM, "system", "系统")
