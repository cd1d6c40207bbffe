"""Items, guides, forms and routes over HTTP."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


def test_search_answers_best_first_with_a_reason(client: FlaskClient) -> None:
    items = client.get("/api/v1/items?q=开分公司&limit=5").json["items"]
    assert 37 in [item["seq"] for item in items[:3]]
    assert all(item["why"] for item in items)


def test_all_items_are_listed_and_cancelled_ones_marked(client: FlaskClient) -> None:
    items = client.get("/api/v1/items?limit=311").json["items"]
    assert len(items) == 311
    assert {item["seq"] for item in items if item["status"] == "已取消"} == {185, 286}


def test_an_unchanged_list_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/v1/items?limit=5")
    again = client.get("/api/v1/items?limit=5", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "q=" + "长" * 101, "audience=猫"])
def test_a_faulty_query_is_named(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/items?{query}")
    assert answer.status_code == 422
    assert answer.json["fields"]


def test_the_guide_tells_what_to_bring(client: FlaskClient) -> None:
    guide = client.get("/api/v1/items/37").json
    assert guide["materials"]
    assert guide["printable"] is True
    assert client.get("/api/v1/items/999").json["code"] == "unknown-item"


def test_forms_say_whether_they_are_generic(client: FlaskClient) -> None:
    own = client.get("/api/v1/items/37/form").json
    assert own["generic"] is False
    assert {"branch_name", "head_id"} <= {field["key"] for field in own["fields"]}
    assert client.get("/api/v1/items/2/form").json["generic"] is True


@pytest.mark.parametrize(
    ("seq", "query", "name"),
    [
        (37, "district=510107", "成都市武侯区行政审批局"),
        (37, "district=510104", "成都市锦江区市场监督管理局"),
        (1, "district=500106", "重庆市公安局沙坪坝区分局"),
        (87, "district=510107", "四川省生态环境厅"),
        (38, "registrar=四川省市场监督管理局", "四川省市场监督管理局"),
    ],
)
def test_the_route_names_the_deciding_authority(
    client: FlaskClient, seq: int, query: str, name: str
) -> None:
    answer = client.get(f"/api/v1/items/{seq}/route?{query}").json
    assert answer["authority_name"] == name
    assert answer["explanation"]


@pytest.mark.parametrize("query", ["", "district=500171", "district=510100", "district=999999"])
def test_no_route_says_what_to_do(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/items/37/route?{query}")
    assert (answer.status_code, answer.json["code"]) == (422, "no-route")
    assert answer.json["detail"]


def test_divisions_mark_functional_areas(client: FlaskClient) -> None:
    divisions = client.get("/api/v1/divisions").json["divisions"]
    assert len(divisions) == 253
    assert sum(division["pseudo"] for division in divisions) == 9


def test_the_openapi_document_is_complete(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                assert operation.get("summary"), (path, method)
                assert operation["responses"], (path, method)
