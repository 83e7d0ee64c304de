"""What was checked and what came of it: a table for people, JSON for programs."""

import json


class Report:
    """Collects checks by groups, in the order in which they are made."""

    def __init__(self):
        self.checks = []
        self.group = ""

    def check(self, name, passed, got=""):
        """Notes one; what was got instead is told where it failed. Returns whether it passed."""
        self.checks.append({"group": self.group, "name": name, "passed": bool(passed),
                            "detail": "" if passed else str(got)})
        return bool(passed)

    @property
    def failed(self):
        return sum(not check["passed"] for check in self.checks)

    def text(self, is_short=False):
        """A line for each check, or for each group with those that failed; then the sums."""
        lines = []
        for group in dict.fromkeys(check["group"] for check in self.checks):
            checks = [check for check in self.checks if check["group"] == group]
            good = sum(check["passed"] for check in checks)
            lines.append("%-72s %s" % (group, "%d of %d" % (good, len(checks))))
            for check in checks:
                if not check["passed"]:
                    lines.append("  FAILED %s: %s" % (check["name"], check["detail"]))
                elif not is_short:
                    lines.append("  %-70s pass" % check["name"])
        lines.append("%d passed, %d failed" % (len(self.checks) - self.failed, self.failed))
        return "\n".join(lines)

    def json(self):
        return json.dumps({"passed": len(self.checks) - self.failed, "failed": self.failed, "checks": self.checks},
                          indent=2)
