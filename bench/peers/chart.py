"""One SVG picture of the results: bars, in a panel for each workload and number of threads."""

from xml.sax.saxutils import escape

import results

COLUMNS = 2
PANEL_WIDTH = 620  # all sizes are pixels
MARGIN = 28
HEADER = 86
FOOTER = 40
TITLE = 30
GROUP_GAP = 10
ROW = 22
BAR = 15
LABEL = 222  # names end here, bars begin after a gap
VALUE = 122  # room for milliseconds and ratio
FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"
INK, QUIET, RULE = "#1f2933", "#6b7785", "#e4e8ec"
OCTET, OCTET_LIGHT = "#0b7a75", "#8fcac6"
PEER, PEER_LIGHT = "#b8c2cc", "#dfe5ea"
WORKLOADS = {"mrpc": "MRPC dev, 408 pairs, MiniLM-L6"}


def draw(document: dict) -> str:
    """The SVG text of a document that run.py writes as JSON."""
    panels: dict[tuple[str, int], list[dict]] = {}
    for entry in _fastest(document["results"]):
        panels.setdefault((entry["workload"], entry["threads"]), []).append(entry)
    groups, parts, y = list(panels.values()), [], HEADER
    for start in range(0, len(groups), COLUMNS):
        drawn = [_panel(group, MARGIN + column * (PANEL_WIDTH + MARGIN), y)
                 for column, group in enumerate(groups[start:start + COLUMNS])]
        parts.extend(text for text, _ in drawn)
        y = max(bottom for _, bottom in drawn) + MARGIN
    width = MARGIN + COLUMNS * (PANEL_WIDTH + MARGIN)
    height = y + FOOTER
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{FONT}">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_header(document), *parts, *_footer(document, y + 8), "</svg>", ""])


def _fastest(entries: list[dict]) -> list[dict]:
    """The fastest batching and variant of each engine, for each precision, workload and threads.

    Variants that need calibration data are compared only with each other. All of octet's are kept.
    """
    fastest: dict[tuple, dict] = {}
    for entry in entries:
        key = tuple(entry[name] for name in ("workload", "threads", "engine", "precision",
                                             "calibrated"))
        if entry["engine"] == "octet":
            key += (entry.get("detail"),)
        if key not in fastest or entry["best_seconds"] < fastest[key]["best_seconds"]:
            fastest[key] = entry
    return list(fastest.values())


def _text(x: float, y: float, text: str, size: int = 13, fill: str = INK, anchor: str = "start",
          weight: int = 400) -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" '
            f'text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>')


def _bar(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{fill}"/>')


def _header(document: dict) -> list[str]:
    return [
        _text(MARGIN, 36, f"BERT on {document['cpu']}: octet and other engines", 22, weight=700),
        _text(MARGIN, 60, f"Best of {document['rounds']} interleaved rounds; the pale end of a bar "
              "reaches to the median. Shorter is better. Ratios are to octet in the same "
              "precision with float attention, of BF16 to octet INT8.", 13, QUIET)]


def _footer(document: dict, y: float) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    return [_text(MARGIN, y, f"{document['date']}. {versions}. Each engine in its fastest way.",
                  12, QUIET)]


def _panel(entries: list[dict], left: float, top: float) -> tuple[str, float]:
    """The drawing of one workload on one number of threads, and where it ends."""
    first = entries[0]
    workload = WORKLOADS.get(first["workload"])
    if workload is None:
        batch, sequence = first["workload"].split("x")
        workload = f"BERT-base, batch {batch}, {sequence} tokens"
    plural = "s" if first["threads"] > 1 else ""
    parts = [_text(left, top + 14, f"{workload}, {first['threads']} thread{plural}", 15,
                   weight=600),
             _bar(left, top + 23, PANEL_WIDTH, 1, RULE)]
    scale = (PANEL_WIDTH - LABEL - VALUE) / max(entry["median_seconds"] for entry in entries)
    octets = {e["precision"]: e for e in entries if e["engine"] == "octet" and "detail" not in e}
    y = top + TITLE
    for precision in results.PRECISIONS:
        group = sorted((e for e in entries if e["precision"] == precision),
                       key=lambda e: e["best_seconds"])
        for number, entry in enumerate(group):
            if number == 0:
                parts.append(_text(left, y + 15, precision.upper(), 12, QUIET, weight=700))
            parts.extend(_row(entry, octets.get(results.RIVALS[precision]), left, y, scale))
            y += ROW
        y += GROUP_GAP if group else 0
    return "\n".join(parts), y


def _row(entry: dict, ours: dict | None, left: float, y: float, scale: float) -> list[str]:
    """The name, the bars of the best and the median time, the best time and the ratio."""
    is_octet = entry["engine"] == "octet"
    weight = 700 if is_octet else 400
    name = entry["engine"] + (f", {entry['detail']}" if "detail" in entry else "")
    start = left + LABEL
    best, median = entry["best_seconds"] * scale, entry["median_seconds"] * scale
    end = start + median + 6
    parts = [
        _text(start - 8, y + 15, name, 13, OCTET if is_octet else INK, "end", weight),
        _bar(start, y + 3, median, BAR, OCTET_LIGHT if is_octet else PEER_LIGHT),
        _bar(start, y + 3, best, BAR, OCTET if is_octet else PEER),
        _text(end, y + 15, _time(entry["best_seconds"]), 13, INK, weight=weight)]
    if ours is not None and entry is not ours:
        ratio = entry["best_seconds"] / ours["best_seconds"]
        parts.append(_text(end + 70, y + 15, f"{ratio:.2f}×", 13, QUIET))
    return parts


def _time(seconds: float) -> str:
    """Milliseconds, with a decimal below 100 ms."""
    return f"{seconds * 1e3:.{0 if seconds >= 0.1 else 1}f} ms"
