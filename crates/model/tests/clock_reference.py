#!/usr/bin/env python3
"""10,000 random deadlines against an independent reference.

The reference shares nothing with the Rust code: times come from Python's zoneinfo, holidays from the PyPI package
`holidays`. Run from the repository's root:

    pip install holidays tzdata
    python3 crates/model/tests/clock_reference.py [--cases 10000] [--seed 1]

It builds and runs the example `clock_cases`, prints one line of figures, and fails on the first ten differences.
"""

import argparse
import calendar as months
import random
import subprocess
import sys
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, reset_tzpath

import holidays

# The system's time zones may be years old; the package `tzdata` is as young as the copy that the program bundles.
reset_tzpath(to=())

ZONES = """Asia/Tokyo America/New_York America/Los_Angeles America/Sao_Paulo America/St_Johns Europe/Brussels
Europe/London Europe/Berlin Europe/Moscow Asia/Kolkata Asia/Kathmandu Asia/Tehran Asia/Seoul Australia/Sydney
Australia/Lord_Howe Pacific/Auckland Pacific/Apia Pacific/Chatham Africa/Cairo Africa/Casablanca Atlantic/Azores
America/Santiago UTC""".split()
CALENDARS = ["every-day", "weekdays", "japan", "japan-offices"]
ENDINGS = ["same-time", "end-of-day"]
ROLLS = ["stays", "next-business-day", "previous-business-day"]
# Starts leave room for the longest period before the computed holidays end.
FIRST, LAST = datetime(2007, 3, 1, tzinfo=timezone.utc), datetime(2036, 12, 31, tzinfo=timezone.utc)
COUNTS = {"hours": 2000, "days": 400, "business-days": 120, "months": 30}

JAPAN = holidays.Japan(years=range(2007, 2045))


def counts(day, calendar):
    if calendar == "every-day":
        return True
    if day.weekday() >= 5:
        return False
    if calendar == "weekdays":
        return True
    if day in JAPAN:
        return False
    new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return not (calendar == "japan-offices" and new_year)


def on_wall(day, clock, zone):
    """The instant of a wall-clock time, given back as that zone shows it (a time that is skipped moves on)."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(timezone.utc).astimezone(zone)


def due(start, zone_name, calendar, unit, count, ending, roll):
    zone = ZoneInfo(zone_name)
    local = datetime.fromtimestamp(start, timezone.utc).astimezone(zone)
    day, clock = local.date(), local.time()
    if unit == "hours":
        end = (local.astimezone(timezone.utc) + timedelta(hours=count)).astimezone(zone)
    elif unit == "days":
        end = on_wall(day + timedelta(days=count), clock, zone)
    elif unit == "months":
        index = day.year * 12 + day.month - 1 + count
        year, month = divmod(index, 12)
        last = months.monthrange(year, month + 1)[1]
        end = on_wall(date(year, month + 1, min(day.day, last)), clock, zone)
    else:
        left = count
        while left:
            day += timedelta(days=1)
            left -= counts(day, calendar)
        end = on_wall(day, clock, zone)
    last_day = end.date()
    step = {"stays": 0, "next-business-day": 1, "previous-business-day": -1}[roll]
    while step and not counts(last_day, calendar):
        last_day += timedelta(days=step)
    if last_day != end.date():
        end = on_wall(last_day, end.time(), zone)
    if ending == "end-of-day":
        end = on_wall(last_day, time(23, 59, 59), zone)
    return int(end.timestamp())


def cases(count, seed):
    draw = random.Random(seed)
    for _ in range(count):
        unit = draw.choice(list(COUNTS))
        # Half of the starts lie within two days of a change of the clocks in many zones: March, April, October, November.
        start = draw.randint(int(FIRST.timestamp()), int(LAST.timestamp()))
        if draw.random() < 0.5:
            year = draw.randint(2008, 2036)
            near = datetime(year, draw.choice([3, 4, 10, 11]), draw.randint(1, 30), tzinfo=timezone.utc)
            start = int(near.timestamp()) + draw.randint(0, 86399)
        yield (start, draw.choice(ZONES), draw.choice(CALENDARS), unit, draw.randint(1, COUNTS[unit]),
               draw.choice(ENDINGS), draw.choice(ROLLS))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=10000)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    drawn = list(cases(options.cases, options.seed))
    lines = "".join(" ".join(map(str, case)) + "\n" for case in drawn)
    run = subprocess.run(["cargo", "run", "-q", "-p", "model", "--example", "clock_cases"], input=lines,
                         capture_output=True, text=True, check=True)
    answers = run.stdout.splitlines()
    if len(answers) != len(drawn):
        sys.exit(f"{len(drawn)} cases, {len(answers)} answers")
    wrong = [(case, got, due(*case)) for case, got in zip(drawn, answers) if got != str(due(*case))]
    for case, got, expected in wrong[:10]:
        print(f"{case}: got {got}, expected {expected}", file=sys.stderr)
    print(f"cases {len(drawn)} seed {options.seed} differences {len(wrong)}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
