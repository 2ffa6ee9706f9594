"""The report of `outis bench` as text, compared with an earlier one if given."""

from __future__ import annotations

from typing import Any


def table(report: dict[str, Any], before: dict[str, Any] | None) -> str:
    """report: as `outis bench --json` prints it; before: `machine` and the `ratios` by name of an earlier report."""
    lines = [f"{name.replace('_', ' '):28} {_text(value)}" for name, value in report["machine"].items()]
    lines.append(f"{'model':28} {report['model']['name']}, {report['model']['resolution']} px")
    lines += [
        f"{f'peak memory, {what}':28} {value:.0f} MB" for what, value in report["peak_megabytes"].items() if value
    ]
    lines += ["", *_measures(report["measures"], None if before is None else before["ratios"])]
    if before is not None and before["machine"] != report["machine"]:
        lines.append("The earlier report is of another machine, device or version: only its ratios can be compared.")
    if report["window"] is not None:
        lines += ["", *_window(report["window"])]
    if report.get("grab") is not None:
        lines += [_grab(report["grab"])]
    if report.get("play") is not None:
        lines += [_play(report["play"])]
    if report.get("light_table") is not None:
        lines += ["", *_light_table(report["light_table"])]
    if report.get("first_picture") is not None:
        lines += ["", f"{'last picture on the screen':28} {1000 * report['first_picture']:8.0f} ms   from the command"]
    return "\n".join(lines)


def family_table(report: dict[str, Any], before: dict[str, Any] | None) -> str:
    """report: of `outis bench --family --json`; before: as for `table`."""
    lines = [f"{name.replace('_', ' '):28} {_text(value)}" for name, value in report["machine"].items()]
    lines += [f"{'model':28} {report['model']['name']}, {report['model']['resolution']} px", ""]
    lines += _measures(report["measures"], None if before is None else before["ratios"], "definition")
    return "\n".join(lines if report["window"] is None else [*lines, "", *_window(report["window"])])


def _measures(measures: list[dict[str, Any]], before: dict[str, float] | None, plain: str = "plain form") -> list[str]:
    earlier = "" if before is None else f" {'before':>6}"
    lines = [f"{'':28} {'median':>11} {plain:>11} {'ratio':>6}{earlier} {'runs':>5}"]
    for measure in measures:
        was = "" if before is None else f" {_number(before.get(measure['name'])):>6}"
        what = "; ".join(filter(None, (measure["what"], measure["note"])))
        lines.append(
            f"{measure['name']:28} {measure['milliseconds']:8.2f} ms {measure['plain_milliseconds']:8.2f} ms "
            f"{measure['ratio']:6.2f}{was} {measure['runs']:5d}   {what}"
        )
    return lines


def _window(window: dict[str, Any]) -> list[str]:
    return [
        "the window, offscreen, while a slider that changes every layer is dragged:",
        f"{'slider to pixel':28} {window['median']:8.1f} ms   "
        f"95 % within {window['p95']:.1f} ms, 99 % within {window['p99']:.1f} ms",
        f"{'frames painted':28} {window['frames_per_second']:8.1f} a second   of {window['smallest']} px or more",
        f"{'event loop away':28} {window['p99_gap']:8.1f} ms   at most, in 99 % of its turns; "
        f"longest {window['longest_gap']:.1f} ms",
        f"{'last move to full frame':28} {window['settled']:8.1f} ms",
    ]


def _play(play: dict[str, Any]) -> str:
    rates = f"{play['playing']:8.1f} a second   {play['ratio']:.2f} times those of a slider in turns with it"
    return f"{'frames while playing':28} {rates}"


def _grab(grab: dict[str, Any]) -> str:
    rates = f"{grab['pulling']:8.1f} a second   {grab['ratio']:.2f} times those of a slider in turns with it"
    return f"{'frames while grabbing':28} {rates}"


def _light_table(times: dict[str, Any]) -> list[str]:
    scrolling, exporting = (
        f"{times[f'p99_gap_{when}']:8.1f} ms   in 99 % of its turns; longest {times[f'longest_gap_{when}']:.1f} ms"
        for when in ("scrolling", "exporting")
    )
    exported = f"away, exporting {times['exported']} faces"
    return [
        f"the light table, offscreen, with {times['faces']:,} faces ({times['file_megabytes']:.1f} MB):",
        f"{'project to table':28} {1000 * times['seconds_to_open']:8.0f} ms   all faces are there",
        f"{'memory of the project':28} {times['megabytes']:8.0f} MB",
        f"{'frames while scrolling':28} {times['frames_per_second']:8.1f} a second",
        f"{'away, scrolling, dragging':28} {scrolling}",
        f"{exported:28} {exporting}",
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
