"""Seconds from the moment a source falls silent in training to the saved, clear end of the run."""

import time

import attack_servers
import behaviours
import runs
import tool as tools
from report import Report

# Two tries with a second of silence each, the wait between them, and a checkpoint.
MOST_SECONDS = 10


def run(tool, options):
    place = attack_servers.Place(tool, options, bound=150)
    report = Report("silent-source", options, options.count)
    seconds = []
    for _ in range(options.count):
        cache = place.fresh_cache(True)
        place.server.use(behaviours.silence, place.requests["blocks"] // 2)
        outcome = place.train("case", "blocks", cache)
        ended = time.monotonic()
        if place.server.first_misbehaviour is None:
            raise SystemExit("hardening: the run ended before the source fell silent")
        passed = ended - place.server.first_misbehaviour
        seconds.append(round(passed, 2))
        wrong = tools.misbehaviour(outcome) or attack_servers.lost_steps(place.run_folder("case"))
        if not wrong and outcome.code == 0:
            wrong = "the run ended as if all were well"
        if not wrong and passed > MOST_SECONDS:
            wrong = f"{passed:.1f} s to the end, more than {MOST_SECONDS}"
        report.judge("silence in training", wrong, outcome, seconds_to_the_end=round(passed, 2),
                     steps=runs.last_step(place.run_folder("case")))
        report.step()
    place.close()
    report.facts["seconds_to_the_end"] = seconds
    print(f"tries {attack_servers.TRIES}, idle {attack_servers.IDLE} s, batch 16: {seconds} s to the end")
    return report.finish()
