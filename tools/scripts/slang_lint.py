# Runs slang over a batch of jobs: [{"top": …, "files": […]}, …] from the file named by the first argument.
# Diagnostics go to standard error as slang prints them; a line "@job N" stands before those of job N.
import json
import sys

from pyslang import driver


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def lint(job):
    slang = driver.Driver()
    slang.addStandardArgs()
    # lowRISC's style wants a default in every case, which slang finds redundant in a unique one.
    options = ["slang", "-Wextra", "-Wpedantic", "-Wno-case-redundant-default", "--top", job["top"]] + [quoted(file) for file in job["files"]]
    if not slang.parseCommandLine(" ".join(options)) or not slang.processOptions():
        return False
    slang.setTerminalColorsEnabled(False)
    return slang.parseAllSources() and slang.runFullCompilation(True)


with open(sys.argv[1], encoding="utf-8") as batch:
    jobs = json.load(batch)
for number, job in enumerate(jobs):
    print(f"@job {number}", file=sys.stderr, flush=True)
    if not lint(job):
        print(f"@failed {number}", file=sys.stderr, flush=True)
