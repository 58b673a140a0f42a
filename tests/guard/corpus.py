# ruff: noqa: E501, S311, SIM905
"""Planted notebooks: each way in which a notebook tells about a person, and its clean twin.

Written before the detectors were tried on it; all people are invented. A plant names the cell and
the kinds by which a finding there counts as found. A twin is the same work done well; whatever is
found in it is a false alarm.
"""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import plotly.express as px
import polars as pl


@dataclass(frozen=True)
class Plant:
    """A notebook with one leak, the cell it is in, the kinds that name it, and the twin."""

    name: str
    cells: list
    kinds: frozenset
    twin: list
    at: int = 1
    sources: bool = False
    part: str = "outputs"
    metadata: tuple = ({}, {})


def code(source, *outputs):
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "source": source.splitlines(keepends=True),
        "outputs": list(outputs),
    }


def markdown(text, **attachments):
    cell = {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}
    return cell | ({"attachments": attachments} if attachments else {})


def notebook(cells, **metadata):
    return {
        "cells": [{"id": f"cell-{i}"} | cell for i, cell in enumerate(cells, start=1)],
        "metadata": {"language_info": {"name": "python"}} | metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def shown(value, **more):
    data = {"text/plain": repr(value).splitlines(keepends=True)}
    if hasattr(value, "_repr_html_"):
        data["text/html"] = value._repr_html_().splitlines(keepends=True)
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "data": data | more,
        "metadata": {},
    }


def display(**data):
    data = {name.replace("__", "/"): value for name, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def bundle(kind, value):
    return {"output_type": "display_data", "data": {kind: value}, "metadata": {}}


def printed(text, name="stdout"):
    return {
        "output_type": "stream",
        "name": name,
        "text": (str(text) + "\n").splitlines(keepends=True),
    }


def failed(name, value, *lines):
    red = "\x1b[0;31m"
    return {
        "output_type": "error",
        "ename": name,
        "evalue": value,
        "traceback": [
            f"{red}---------------------------------------------------------------------------\x1b[0m",
            f"{red}{name}\x1b[0m                                 Traceback (most recent call last)",
            *lines,
            f"{red}{name}\x1b[0m: {value}",
        ],
    }


def figure(chart):
    return bundle("application/vnd.plotly.v1+json", json.loads(chart.to_json()))


def chunk(kind, body):
    whole = kind + body
    return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))


def png(**texts):
    """A picture of one gray point with text beside it."""
    body = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    for key, text in texts.items():
        if key.startswith("z"):
            body += chunk(b"zTXt", key.encode() + b"\0\0" + zlib.compress(text.encode("latin-1")))
        else:
            body += chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + text.encode())
    body += chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
    return base64.b64encode(body).decode()


def jpeg(comment):
    text = comment.encode()
    body = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    body += b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text
    return base64.b64encode(body + b"\xff\xda\x00\x02\x00\xff\xd9").decode()


HOME, USERS = "/ho" + "me", "/Us" + "ers"  # this file holds no path of a machine
FAMILY = "Whitfield Okonkwo Harrington Delgado Novak Lindqvist Moreau Castellano Fairbanks".split()
GIVEN = "Eleanor Marcus Beatrice Tobias Ingrid Samuel Rosalind Victor Amelia Desmond".split()
MYOJI = "相沢 小野寺 長谷部 桐山 神崎 若林 榊原 綾瀬 日下部 水島".split()
NAMAE = "美咲 健太郎 陽菜 翔太 由美子 直樹 彩花 大輔 千尋 亮介".split()
KANA = "アイザワ オノデラ ハセベ キリヤマ カンザキ ワカバヤシ".split()
TOWNS = "Leeds York Hull Bath Ely".split()
PREFECTURES = "東京都 大阪府 愛知県 福岡県 北海道".split()


@cache
def people(language, n=600, seed=7):
    """A table of invented people; 3 of them in one place, 1 with an age of 99."""
    draw = random.Random(seed)
    english = language == "en"
    rows = []
    for i in range(n):
        family, given = (
            draw.choice(FAMILY if english else MYOJI),
            draw.choice(GIVEN if english else NAMAE),
        )
        place = (TOWNS if english else PREFECTURES)[
            4 if i < 3 else draw.choices(range(4), [4, 3, 2, 2])[0]
        ]
        rows.append(
            (
                f"C{100000 + i}",
                f"{given} {family}" if english else f"{family} {given}",
                f"{given.lower()}.{i}@mailbox.example"
                if english
                else f"kokyaku{i}@mailbox.example",
                f"090-{draw.randrange(1000, 9999)}-{draw.randrange(1000, 9999)}",
                99 if i == 0 else draw.randrange(20, 80),
                draw.choice(["female", "male"] if english else ["女", "男"]),
                place,
                draw.randrange(200, 1200) * 10000 + draw.randrange(10000),
            )
        )
    heads = (
        ["customer_id", "name", "email", "phone", "age", "sex", "town", "income"]
        if english
        else ["顧客番号", "氏名", "メール", "電話番号", "年齢", "性別", "都道府県", "年収"]
    )
    return pd.DataFrame(rows, columns=heads)


NAMES = frozenset({"name"})
ROWS = frozenset({"records", "name", "email", "phone"})
COUNT = frozenset({"small-count"})


def values():  # single values of people in text
    """Personal values in text of every kind."""
    text = {
        "en": [
            ("e-mail", "Bounced: eleanor.whitfield@mailbox.example (550)", "Bounced: 14 of 2,310", "email"),
            ("telephone", "Called +44 20 7946 0958 twice, no answer", "Called twice, no answer", "phone"),
            ("american telephone", "callback (415) 555-0134 requested", "callback requested", "phone"),
            ("card", "declined card 4539 1488 0343 6467", "declined 12 cards", "card-number"),
            ("social security number", "SSN on file: 536-22-8765", "SSN on file: yes", "social-security-number"),
            ("ip address", "login from 81.187.44.203 at 09:14", "login from the office at 09:14", "ip-address"),
            ("labeled name", "Customer name: Eleanor Whitfield, status open", "Customer group: east, status open", "name"),
            ("greeting", "Dear Mr. Harrington,\nyour order has shipped.", "Dear customer,\nyour order has shipped.", "name"),
            ("date of birth", "patient born: 1987-03-12, ward 4", "model trained: 2026-03-12, run 4", "birth-date"),
        ],
        "ja": [
            ("e-mail", "返信先kokyaku12@mailbox.exampleまで", "返信先は未登録です", "email"),
            ("telephone", "折返し電話０９０－１２３４－５６７８へ", "折返し電話は12件でした", "phone"),
            ("fixed telephone", "連絡先: 03-5555-0199(平日)", "連絡先: 総務部(平日)", "phone"),
            ("my number", "マイナンバー：1234 5678 9018 を確認", "マイナンバーの確認: 完了", "my-number"),
            ("address", "お届け先 東京都千代田区九段北9-9-9", "お届け先は関東が最多", "address"),
            ("titled name", "小野寺様より解約のお申し出", "お客様より解約のお申し出", "name"),
            ("labeled name", "氏名: 相沢 美咲  区分: 継続", "区分: 継続  件数: 1,204", "name"),
            ("labeled kana", "フリガナ：アイザワ ミサキ", "フリガナ：未入力 213 件", "name"),
            ("date of birth", "生年月日: 昭和62年3月12日", "集計日: 令和8年3月12日", "birth-date"),
            ("era short", "生年月日 S62.3.12 を照合", "更新日 R8.3.12 を照合", "birth-date"),
        ],
    }  # fmt: skip
    for language, cases in text.items():
        for name, leak, clean, kind in cases:
            yield Plant(
                f"{language} {name}, printed",
                [code("print(line)", printed(leak))],
                frozenset({kind}),
                [code("print(line)", printed(clean))],
            )
    for language in ("en", "ja"):
        frame = people(language)
        head = frame.columns
        one = frame.iloc[5]
        mail, who = one.iloc[2], one.iloc[1]
        yield Plant(
            f"{language} one name as result",
            [code(f"df['{head[1]}'][5]", shown(str(who)))],
            NAMES,
            [code("df.shape", shown((600, 8)))],
        )
        yield Plant(
            f"{language} list of names",
            [code("names", shown(list(frame.iloc[:4, 1])))],
            NAMES,
            [code("towns", shown(sorted(set(frame.iloc[:, 6]))))],
        )
        yield Plant(
            f"{language} names line by line",
            [code("for n in names: print(n)", printed("\n".join(frame.iloc[:5, 1])))],
            NAMES,
            [code("for t in towns: print(t)", printed("\n".join(sorted(set(frame.iloc[:, 6])))))],
        )
        yield Plant(
            f"{language} record as dictionary",
            [code("row", shown(dict(one.astype(str))))],
            ROWS,
            [code("params", shown({"alpha": 0.1, "name": "ridge", "age": "band"}))],
        )
        yield Plant(
            f"{language} warning with a value",
            [
                code(
                    "clean(df)",
                    printed(f"UserWarning: row 5: cannot parse '{one.iloc[3]}'", "stderr"),
                )
            ],
            frozenset({"phone"}),
            [code("clean(df)", printed("UserWarning: row 5: cannot parse phone", "stderr"))],
        )
        yield Plant(
            f"{language} traceback with a value",
            [
                code(
                    "d[k]",
                    failed(
                        "KeyError",
                        repr(mail),
                        "Cell \x1b[0;32mIn[3]\x1b[0m, line 1",
                        "----> 1 d[k]",
                    ),
                )
            ],
            frozenset({"email"}),
            [code("d[k]", failed("KeyError", "'town'", "Cell \x1b[0;32mIn[3]\x1b[0m, line 1"))],
        )
        yield Plant(
            f"{language} name in a KeyError",
            [code("d[k]", failed("KeyError", repr(str(who)), "----> 1 d[k]"))],
            NAMES,
            [code("d[k]", failed("KeyError", repr(head[6]), "----> 1 d[k]"))],
        )
        yield Plant(
            f"{language} html list",
            [code("HTML(x)", bundle("text/html", f"<ul><li>{who} &lt;{mail}&gt;</li></ul>"))],
            frozenset({"email"}),
            [code("HTML(x)", bundle("text/html", "<ul><li>Step 1 &lt;done&gt;</li></ul>"))],
        )
        yield Plant(
            f"{language} markdown output",
            [code("Markdown(x)", bundle("text/markdown", f"**Contact**: {mail}"))],
            frozenset({"email"}),
            [code("Markdown(x)", bundle("text/markdown", "**Contact**: the data office"))],
        )
        yield Plant(
            f"{language} json output",
            [code("JSON(x)", bundle("application/json", {"users": [{"contact": mail, "n": 1}]}))],
            frozenset({"email"}),
            [code("JSON(x)", bundle("application/json", {"users": [{"contact": None, "n": 100}]}))],
        )


def records():
    """Displays of rows about people."""
    for language in ("en", "ja"):
        frame = people(language)
        head = list(frame.columns)
        bare = frame[[head[4], head[5], head[6], head[7]]]  # no name at all
        mean = frame.groupby(head[6])[head[7]].mean().iloc[:4].round(-4)
        means = (
            frame[frame[head[6]] != frame.iloc[0, 6]].groupby([head[6], head[5]])[[head[7]]].mean()
        )
        clean = [code("df.groupby(..).mean()", shown(mean.to_frame("mean")))]
        yield Plant(f"{language} head", [code("df.head()", shown(frame.head()))], ROWS, clean)
        yield Plant(
            f"{language} head without names",
            [code("df.head()", shown(bare.head()))],
            frozenset({"records"}),
            [code("means", shown(means))],
        )
        yield Plant(
            f"{language} printed frame",
            [code("print(df)", printed(frame[head[:2] + head[4:]].head(8)))],
            ROWS,
            [code("print(means)", printed(means))],
        )
        yield Plant(
            f"{language} printed frame without names",
            [code("print(df)", printed(bare.sample(6, random_state=1)))],
            frozenset({"records"}),
            [code("print(df.dtypes)", printed(frame.dtypes))],
        )
        yield Plant(
            f"{language} one row as a series",
            [code("df.iloc[5]", shown(frame.iloc[5]))],
            ROWS,
            [code("df.isna().sum()", shown(frame.isna().sum()))],
        )
        yield Plant(
            f"{language} transposed",
            [code("df.head(3).T", shown(frame.head(3).T))],
            ROWS,
            [code("df.nunique()", shown(frame.nunique().to_frame("distinct")))],
        )
        yield Plant(
            f"{language} column of names",
            [code("df.name", shown(frame[head[1]].head(10)))],
            ROWS,
            [code("df.columns", shown(frame.columns))],
        )
        yield Plant(
            f"{language} polars",
            [code("df", shown(pl.from_pandas(frame).head(5)))],
            ROWS,
            [code("means", shown(pl.from_pandas(mean.reset_index())))],
        )
        yield Plant(
            f"{language} polars printed without names",
            [code("print(df)", printed(pl.from_pandas(bare).head(5)))],
            frozenset({"records"}),
            [code("print(schema)", printed(dict(pl.from_pandas(bare).schema)))],
        )
        yield Plant(
            f"{language} markdown table",
            [code("print(df.to_markdown())", printed(frame.head(4).to_markdown()))],
            ROWS,
            [code("print(m.to_markdown())", printed(mean.to_markdown()))],
        )
        yield Plant(
            f"{language} csv text",
            [code("print(df.to_csv())", printed(bare.head(8).to_csv(index=False)))],
            frozenset({"records"}),
            [code("print(m.to_csv())", printed(mean.to_csv()))],
        )
        yield Plant(
            f"{language} list of dictionaries",
            [code("df.to_dict('records')", shown(bare.head(3).astype(object).to_dict("records")))],
            frozenset({"records"}),
            [code("specs", shown([{"column": h, "type": "text"} for h in head]))],
        )
        yield Plant(
            f"{language} tuples of a cursor",
            [code("cur.fetchall()", shown([tuple(map(str, r)) for r in frame.head(5).values]))],
            ROWS,
            [code("cur.description", shown([(h, "TEXT", None) for h in head]))],
        )
        yield Plant(
            f"{language} filtered to one",
            [code("df[df.age > 98]", shown(bare[bare[head[4]] > 98]))],
            frozenset({"records"}),
            [code("len(df)", shown(len(frame)))],
        )
        yield Plant(
            f"{language} frame indexed by name",
            [
                code(
                    "df.set_index('name')",
                    shown(frame.set_index(head[1])[[head[4], head[7]]].head()),
                )
            ],
            ROWS,
            [code("means", shown(means))],
        )
        yield Plant(
            f"{language} data explorer",
            [
                code(
                    "df",
                    bundle(
                        "application/vnd.dataresource+json",
                        json.loads(bare.head(20).to_json(orient="table")),
                    ),
                )
            ],
            frozenset({"records"}),
            [
                code(
                    "m",
                    bundle(
                        "application/vnd.dataresource+json",
                        json.loads(mean.to_frame("mean").to_json(orient="table")),
                    ),
                )
            ],
        )
        yield Plant(
            f"{language} scatter of people",
            [
                code(
                    "fig",
                    figure(px.scatter(frame.head(60), x=head[4], y=head[7], hover_name=head[1])),
                )
            ],
            ROWS,
            [code("fig", figure(px.bar(mean.reset_index(), x=head[6], y=head[7])))],
        )
        yield Plant(
            f"{language} vega with rows",
            [
                code(
                    "chart",
                    bundle(
                        "application/vnd.vegalite.v5+json",
                        {
                            "data": {"name": "d"},
                            "mark": "point",
                            "encoding": {"x": {"field": head[4]}, "y": {"field": head[7]}},
                            "datasets": {"d": bare.head(30).to_dict("records")},
                        },
                    ),
                )
            ],
            frozenset({"records"}),
            [
                code(
                    "chart",
                    bundle(
                        "application/vnd.vegalite.v5+json",
                        {
                            "data": {
                                "values": [{"band": "20-39", "n": 210}, {"band": "40-79", "n": 390}]
                            },
                            "mark": "bar",
                            "encoding": {"x": {"field": "band"}, "y": {"field": "n"}},
                        },
                    ),
                )
            ],
        )
        yield Plant(
            f"{language} plotly table",
            [
                code(
                    "fig",
                    bundle(
                        "application/vnd.plotly.v1+json",
                        {
                            "data": [
                                {
                                    "type": "table",
                                    "header": {"values": head},
                                    "cells": {
                                        "values": [list(map(str, frame[h].head(4))) for h in head]
                                    },
                                }
                            ],
                            "layout": {},
                        },
                    ),
                )
            ],
            ROWS,
            [
                code(
                    "fig",
                    bundle(
                        "application/vnd.plotly.v1+json",
                        {
                            "data": [
                                {
                                    "type": "table",
                                    "header": {"values": ["town", "mean"]},
                                    "cells": {"values": [["a", "b"], [1.5, 2.5]]},
                                }
                            ],
                            "layout": {},
                        },
                    ),
                )
            ],
        )
        html = px.scatter(frame.head(50), x=head[4], y=head[7], hover_data=[head[1]]).to_html(
            include_plotlyjs=False, full_html=False
        )
        calm = px.bar(mean.reset_index(), x=head[6], y=head[7]).to_html(
            include_plotlyjs=False, full_html=False
        )
        yield Plant(
            f"{language} plotly as html",
            [code("fig.show('notebook')", bundle("text/html", html))],
            ROWS,
            [code("fig.show('notebook')", bundle("text/html", calm))],
        )


def counts():
    """Small counts, percentages that imply them, bars of one person."""
    for language in ("en", "ja"):
        frame = people(language)
        head = list(frame.columns)
        big = frame[~frame[head[6]].isin([frame.iloc[0, 6]])]
        sexes, place, age = frame[head[5]], frame[head[6]], frame[head[4]]
        band = pd.cut(age, [0, 30, 40, 50, 60, 80]).rename(head[4])
        wide = pd.cut(big[head[4]], [0, 50, 80]).rename(head[4])
        pairs = [
            ("value_counts", place.value_counts(), big[head[6]].value_counts()),
            ("value_counts as a frame", place.value_counts().to_frame(), big[head[6]].value_counts().to_frame()),
            ("groupby size", frame.groupby([head[6], head[5]]).size(), big.groupby([head[6], head[5]]).size()),
            ("crosstab", pd.crosstab(place, sexes), pd.crosstab(big[head[6]], big[head[5]])),
            ("crosstab with margins", pd.crosstab(place, sexes, margins=True), pd.crosstab(big[head[6]], big[head[5]], margins=True)),
            ("pivot table", frame.pivot_table(index=head[6], columns=head[5], values=head[7], aggfunc="count"), big.pivot_table(index=head[6], columns=head[5], values=head[7], aggfunc="count")),
            ("groupby count reset", frame.groupby(head[6]).size().reset_index(name="n"), big.groupby(head[6]).size().reset_index(name="n")),
            ("agg with count", frame.groupby(head[6])[head[7]].agg(["count", "mean"]), big.groupby(head[6])[head[7]].agg(["count", "mean"])),
            ("age counts", age.value_counts().head(6) // 3, wide.value_counts()),
            ("polars count", pl.from_pandas(frame[[head[6]]]).group_by(head[6]).len().sort(head[6]), pl.from_pandas(big[[head[6]]]).group_by(head[6]).len().sort(head[6])),
        ]  # fmt: skip
        for name, leak, clean in pairs:
            yield Plant(
                f"{language} {name}",
                [code("table", shown(leak))],
                COUNT,
                [code("table", shown(clean))],
            )
            yield Plant(
                f"{language} {name}, printed",
                [code("print(table)", printed(leak))],
                COUNT,
                [code("print(table)", printed(clean))],
            )
        share = place.value_counts(normalize=True)
        calm = big[head[6]].value_counts(normalize=True)
        yield Plant(
            f"{language} shares",
            [code("shares", shown(share))],
            frozenset({"small-percentage"}),
            [code("shares", shown(calm))],
        )
        rows = pd.crosstab(place, sexes, normalize="index") * 100
        calm_rows = pd.crosstab(big[head[6]], big[head[5]], normalize="all") * 100
        yield Plant(
            f"{language} percentages with n",
            [
                code(
                    "print(len(df))", printed("n = 600" if language == "en" else "回答者数: 600人")
                ),
                code("(100 * share).round(1)", shown((share * 100).round(1).rename("percent"))),
            ],
            frozenset({"small-percentage"}),
            [
                code("print(len(df))", printed("n = 597")),
                code("(100 * share).round(1)", shown((calm * 100).round(1).rename("percent"))),
            ],
            at=2,
        )
        yield Plant(
            f"{language} crosstab of percentages with a small row",
            [code("pd.crosstab(.., normalize='index')", shown(rows))],
            frozenset({"small-percentage"}),
            [code("pd.crosstab(.., normalize='all')", shown(calm_rows))],
        )
        said = "3 of 600 customers (0.5 %)" if language == "en" else "該当者は3名(0.5%)でした"
        fine = "120 of 600 customers (20 %)" if language == "en" else "該当者は120名(20%)でした"
        yield Plant(
            f"{language} count in a sentence",
            [code("print(msg)", printed(said))],
            COUNT,
            [code("print(msg)", printed(fine))],
        )
        counts_, edges = np.histogram(age, bins=[20, 30, 40, 50, 60, 70, 80, 90, 100])
        few, marks = np.histogram(big[head[4]], bins=[20, 40, 60, 80])
        yield Plant(
            f"{language} numpy histogram",
            [code("np.histogram(df.age)", shown((counts_, edges)))],
            frozenset({"small-bar", "small-count"}),
            [code("np.histogram(df.age)", shown((few, marks)))],
        )
        mpl = "(array([12., 40., 55., 31.,  8.,  1.]), array([20., 33., 46., 59., 72., 85., 98.]), <BarContainer object of 6 artists>)"
        tame = "(array([52., 40., 55.]), array([20., 46., 72., 98.]), <BarContainer object of 3 artists>)"
        yield Plant(
            f"{language} matplotlib histogram",
            [code("plt.hist(df.age)", bundle("text/plain", mpl))],
            frozenset({"small-bar"}),
            [code("plt.hist(df.age)", bundle("text/plain", tame))],
        )
        bars = band.astype(str).value_counts().sort_index()
        bars.iloc[0] = 1
        yield Plant(
            f"{language} plotly bars",
            [code("fig", figure(px.bar(x=bars.index, y=bars.to_numpy(), labels={"y": "count", "x": head[4]})))],
            frozenset({"small-bar"}),
            [
                code(
                    "fig",
                    figure(px.bar(x=["a", "b"], y=[210, 387], labels={"y": "count", "x": head[4]})),
                )
            ],
        )  # fmt: skip
        yield Plant(
            f"{language} plotly histogram of incomes",
            [code("fig", figure(px.histogram(frame, x=head[7], nbins=12)))],
            frozenset({"small-bar", "records"}),
            [
                code(
                    "fig",
                    figure(
                        px.bar(
                            x=["0-5M", "5-10M"], y=[290, 310], labels={"y": "people", "x": head[7]}
                        )
                    ),
                )
            ],
        )
        counted = [
            {"band": str(k), "人数" if language == "ja" else "count": int(v)}
            for k, v in bars.items()
        ]
        tame_ = [{"band": r["band"], "count": 100 + i} for i, r in enumerate(counted)]
        spec = {"mark": "bar", "encoding": {"x": {"field": "band"}, "y": {"field": "count"}}}
        yield Plant(
            f"{language} vega bars",
            [
                code(
                    "chart",
                    bundle(
                        "application/vnd.vegalite.v5+json", spec | {"data": {"values": counted}}
                    ),
                )
            ],
            frozenset({"small-bar", "small-count"}),
            [
                code(
                    "chart",
                    bundle("application/vnd.vegalite.v5+json", spec | {"data": {"values": tame_}}),
                )
            ],
        )


def extremes():
    """Largest and smallest values, which are one person's."""
    for language in ("en", "ja"):
        frame = people(language)
        head = list(frame.columns)
        neutral = pd.DataFrame(
            {"temperature": np.linspace(3, 30, 50), "loss": np.linspace(0, 1, 50)}
        )
        trimmed = frame[[head[7]]].quantile([0.05, 0.25, 0.5, 0.75, 0.95]).round(-5)
        kinds = frozenset({"extreme"})
        yield Plant(
            f"{language} describe",
            [code("df.describe()", shown(frame[[head[4], head[7]]].describe()))],
            kinds,
            [code("weather.describe()", shown(neutral.describe()))],
        )
        yield Plant(
            f"{language} describe printed",
            [code("print(df.describe())", printed(frame[[head[7]]].describe()))],
            kinds,
            [code("print(q)", printed(trimmed))],
        )
        yield Plant(
            f"{language} series describe",
            [code("df.income.describe()", shown(frame[head[7]].describe()))],
            kinds,
            [code("weather.loss.describe()", shown(neutral["loss"].describe()))],
        )
        yield Plant(
            f"{language} max as result",
            [code(f"df['{head[7]}'].max()", shown(int(frame[head[7]].max())))],
            kinds,
            [code("history['loss'].max()", shown(0.93))],
        )
        yield Plant(
            f"{language} groups with min and max",
            [
                code(
                    "g.agg(['min', 'max'])",
                    shown(frame.groupby(head[5])[head[7]].agg(["min", "max"])),
                )
            ],
            kinds,
            [
                code(
                    "g.agg(['mean', 'std'])",
                    shown(frame.groupby(head[5])[head[7]].agg(["mean", "std"])),
                )
            ],
        )
        said = (
            f"Highest income: {frame[head[7]].max():,}"
            if language == "en"
            else f"年収の最高額は{frame[head[7]].max():,}円"
        )
        yield Plant(
            f"{language} maximum in a sentence",
            [code("print(msg)", printed(said))],
            kinds,
            [
                code(
                    "print(msg)",
                    printed("Highest score: 0.931" if language == "en" else "正解率の最高は0.931"),
                )
            ],
        )
        yield Plant(
            f"{language} box plot",
            [code("fig", figure(px.box(frame, y=head[7])))],
            frozenset({"extreme", "records"}),
            [
                code(
                    "fig",
                    bundle(
                        "application/vnd.plotly.v1+json",
                        {
                            "data": [
                                {
                                    "type": "bar",
                                    "x": ["Q1", "Q2", "Q3"],
                                    "y": [4100000, 6900000, 9500000],
                                }
                            ],
                            "layout": {"yaxis": {"title": {"text": head[7]}}},
                        },
                    ),
                )
            ],
        )


def differences():
    """What totals and earlier outputs give away."""
    for language in ("en", "ja"):
        frame = people(language)
        head = list(frame.columns)
        big = frame[~frame[head[6]].isin([frame.iloc[0, 6]])]
        kinds = frozenset({"difference"})
        total = "All" if language == "en" else "合計"
        table = pd.crosstab(frame[head[6]], frame[head[5]], margins=True, margins_name=total)
        hidden = table.astype(object)
        hidden.iloc[(table.iloc[:, 0] < 10).to_numpy().nonzero()[0], :2] = "*"
        one = table.astype(object)
        one.iloc[0, 0] = "<10"
        safe = table.iloc[1:].copy()
        yield Plant(
            f"{language} stars that the total gives away",
            [code("show(table)", shown(hidden))],
            kinds,
            [code("show(table)", shown(pd.crosstab(big[head[6]], big[head[5]], margins=True)))],
        )
        tiny = (
            pd.DataFrame(
                {"a": [40, 30, 70], "b": ["x", 25, 29], total: [44, 55, 99]},
                index=["p", "q", total],
            )
            .rename_axis(head[6])
            .rename_axis(head[5], axis=1)
        )
        both = (
            pd.DataFrame(
                {"a": ["x", "x", 120], "b": ["x", "x", 120], total: [120, 120, 240]},
                index=["p", "q", total],
            )
            .rename_axis(head[6])
            .rename_axis(head[5], axis=1)
        )
        yield Plant(
            f"{language} one withheld cell of a row",
            [code("show(table)", shown(tiny))],
            kinds,
            [code("show(table)", shown(both))],
        )
        yield Plant(
            f"{language} the same table without two people",
            [
                code("all.value_counts()", shown(big[head[6]].value_counts())),
                code("some.value_counts()", shown(big.iloc[2:][head[6]].value_counts())),
            ],
            kinds,
            [
                code("all.value_counts()", shown(big[head[6]].value_counts())),
                code("some.value_counts()", shown(big.iloc[280:][head[6]].value_counts())),
            ],
            at=2,
        )
        yield Plant(
            f"{language} shown cells and the total",
            [
                code(
                    "print(len(df))", printed("N = 600" if language == "en" else "対象者数: 600名")
                ),
                code("c[c >= 10]", shown(frame[head[6]].value_counts().iloc[:4])),
            ],
            kinds,
            [
                code("print(len(df))", printed("N = 597")),
                code("c[c >= 10]", shown(frame[head[6]].value_counts().iloc[:4])),
            ],
            at=2,
        )
        del safe, one


def places():
    """Leaks that stand in pictures, widgets, attachments and sources."""
    for language, who, mail in (
        ("en", "Beatrice Moreau", "b.moreau@mailbox.example"),
        ("ja", "神崎 千尋", "kanzaki@mailbox.example"),
    ):
        picture = lambda **texts: bundle("image/png", png(**texts))  # noqa: E731
        yield Plant(
            f"{language} text in a png",
            [code("plot()", picture(Comment=f"made for {mail}"))],
            frozenset({"email"}),
            [code("plot()", picture(Software="Matplotlib version3.9.2, https://matplotlib.org/"))],
        )
        yield Plant(
            f"{language} compressed text in a png",
            [code("plot()", picture(zNote=f"made for {mail}"))],
            frozenset({"email"}),
            [code("plot()", picture(zNote="made for the report"))],
        )
        yield Plant(
            f"{language} title of a png",
            [
                code(
                    "plot()",
                    picture(Author=f"Author: {who}" if language == "en" else f"作成者 氏名: {who}"),
                )
            ],
            NAMES,
            [code("plot()", picture(Title="Income by town"))],
        )
        yield Plant(
            f"{language} comment in a jpeg",
            [code("photo", bundle("image/jpeg", jpeg(f"call 090-1111-2222 {mail}")))],
            frozenset({"email", "phone"}),
            [code("photo", bundle("image/jpeg", jpeg("quality 90")))],
        )
        yield Plant(
            f"{language} text of an svg",
            [
                code(
                    "svg",
                    bundle(
                        "image/svg+xml",
                        f"<svg><text x='3' y='4'>{mail}</text><path d='M0 1'/></svg>",
                    ),
                )
            ],
            frozenset({"email"}),
            [
                code(
                    "svg",
                    bundle("image/svg+xml", "<svg><text x='3'>Leeds</text><path d='M0 1'/></svg>"),
                )
            ],
        )
        yield Plant(
            f"{language} picture inside html",
            [
                code(
                    "x",
                    bundle("text/html", f'<img src="data:image/png;base64,{png(Comment=mail)}">'),
                )
            ],
            frozenset({"email"}),
            [
                code(
                    "x",
                    bundle("text/html", f'<img src="data:image/png;base64,{png(Comment="x")}">'),
                )
            ],
        )
        yield Plant(
            f"{language} attachment",
            [markdown("![s](attachment:s.png)", **{"s.png": {"image/png": png(Comment=mail)}})],
            frozenset({"email"}),
            [markdown("![s](attachment:s.png)", **{"s.png": {"image/png": png(Comment="screen")}})],
            part="attachments",
        )
        yield Plant(
            f"{language} attached text",
            [markdown("[t](attachment:t.txt)", **{"t.txt": {"text/plain": f"Contact {mail}"}})],
            frozenset({"email"}),
            [markdown("[t](attachment:t.txt)", **{"t.txt": {"text/plain": "Contact us"}})],
            part="attachments",
        )
        yield Plant(
            f"{language} literal in the source",
            [code(f"df[df.email == '{mail}']")],
            frozenset({"email"}),
            [code("df[df.email == wanted]")],
            sources=True,
            part="source",
        )
        label = f'customer_name = "{who}"' if language == "en" else f'氏名 = "{who}"'
        yield Plant(
            f"{language} name in the source",
            [code(label)],
            NAMES,
            [code('customer_name = names["wanted"]')],
            sources=True,
            part="source",
        )
        yield Plant(
            f"{language} value in markdown",
            [markdown(f"Ask {who} ({mail}) for the file.")],
            frozenset({"email"}),
            [markdown("Ask the data office for the file.")],
            sources=True,
            part="source",
        )
    for name, leak, clean in [
        ("postgres", 'e = create_engine("postgresql+psycopg://anna:s3cr3tPw@db.internal/crm")', 'e = create_engine("postgresql+psycopg://db.internal/crm")'),
        ("mysql from the environment", 'u = "mysql://root:hunter2@10.0.0.5:3306/hr"', 'u = f"mysql://root:{password}@10.0.0.5:3306/hr"'),
        ("odbc", 'c = "Driver={SQL Server};Server=hr;UID=sa;PWD=Tr0ub4dor;"', 'c = "Driver={SQL Server};Server=hr;Trusted_Connection=yes;"'),
        ("password literal", 'connect(host="db", password="c0rrect-horse")', 'connect(host="db", password=os.environ["DB_PASSWORD"])'),
    ]:  # fmt: skip
        yield Plant(
            f"credentials, {name}",
            [code(leak)],
            frozenset({"credential"}),
            [code(clean)],
            sources=True,
            part="source",
        )
    for name, leak, clean in [
        ("linux", f'pd.read_csv("{HOME}/ehoshino/crm/people.csv")', 'pd.read_csv("data/people.csv")'),
        ("mac", f'open("{USERS}/marcus.delgado/Desktop/x.csv")', f'open("{USERS}/Shared/x.csv")'),
        ("windows", r'pd.read_excel(r"C:\Users\t-sakakibara\Documents\a.xlsx")', r'pd.read_excel(r"D:\data\a.xlsx")'),
    ]:  # fmt: skip
        yield Plant(
            f"path, {name}",
            [code(leak)],
            frozenset({"user-path"}),
            [code(clean)],
            sources=True,
            part="source",
        )
    yield Plant(
        "path in a traceback",
        [code("f()", failed("ValueError", "bad", f"File \x1b[0;32m{HOME}/ehoshino/lib/clean.py:12\x1b[0m, in f"))],
        frozenset({"user-path"}),
        [code("f()", failed("ValueError", "bad", "File \x1b[0;32m/opt/conda/lib/clean.py:12\x1b[0m, in f"))],
    )  # fmt: skip
    yield Plant(
        "connection string in a traceback",
        [
            code(
                "e.connect()",
                failed("OperationalError", "postgresql://anna:s3cr3tPw@db/crm refused"),
            )
        ],
        frozenset({"credential"}),
        [code("e.connect()", failed("OperationalError", "postgresql://***@db/crm refused"))],
    )


WIDGETS = "application/vnd.jupyter.widget-state+json"


def widgets(value, name="StringModel"):
    """Saved state of a text field, and of an output area."""
    output = {"output_type": "stream", "name": "stdout", "text": f"{value}\n"}
    return {
        "widgets": {
            WIDGETS: {
                "version_major": 2,
                "version_minor": 0,
                "state": {
                    "1f": {
                        "model_name": "TextModel",
                        "state": {"description": "Who", "value": value},
                    }
                    if name == "StringModel"
                    else {"model_name": "OutputModel", "state": {"outputs": [output]}}
                },
            }
        }
    }


def saved():
    """Values in the saved state of widgets, which belong to no cell."""
    for value in ("kanzaki@mailbox.example", "b.moreau@mailbox.example"):
        for model in ("StringModel", "OutputModel"):
            yield Plant(
                f"{value[0]} in the state of a {model}",
                [code("Text()")],
                frozenset({"email"}),
                [code("Text()")],
                at=0,
                part="widgets",
                metadata=(widgets(value, model), widgets("Leeds", model)),
            )


def every():
    """All plants."""
    return [
        *values(), *records(), *counts(), *extremes(), *differences(), *places(), *saved(),
    ]  # fmt: skip
