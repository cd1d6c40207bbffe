"""What must not be published is found in any notation, and what is harmless stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.voices.privacy_check import holds_private_data, redact

TEXTS = st.text(alphabet="0123456789xX１２- 样例电话@a.b", max_size=60)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("身份证510104199003070015号", "身份证510***********0015号"),
        ("身份证51010419900307001x", "身份证510***********001X"),
        ("电话13800000001", "电话138****0001"),
        ("电话138 0000 0001", "电话138****0001"),
        ("电话１３８００００００１２", "电话138****0012"),
        ("写信到 a.b@example.cn", "写信到 ***"),
        ("等了15个工作日，跑了3次", "等了15个工作日，跑了3次"),
    ],
)
def test_numbers_of_people_are_masked(text: str, left: str) -> None:
    assert redact(text) == left
    assert holds_private_data(text) is (text != left)


@given(TEXTS)
def test_masked_text_holds_nothing_more_to_mask(text: str) -> None:
    assert not holds_private_data(redact(text))
