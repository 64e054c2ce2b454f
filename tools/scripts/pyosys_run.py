# Runs Yosys commands over a batch of jobs, [{"commands": […]}, …] from the file named by the first argument.
# Yosys ends the process on an error, so each job has a child of its own. The log goes to standard output; a line
# "@job N" stands before that of job N, "@failed N" behind that of a job that failed.
import json
import os
import sys

from pyosys import libyosys


def run(commands):
    design = libyosys.Design()
    for command in commands:
        libyosys.run_pass(command, design)


with open(sys.argv[1], encoding="utf-8") as batch:
    jobs = json.load(batch)
for number, job in enumerate(jobs):
    print(f"@job {number}", flush=True)
    child = os.fork()
    if child == 0:
        os.dup2(1, 2)
        code = 1
        try:
            run(job["commands"])
            code = 0
        except BaseException as error:
            print(f"ERROR: {error}", flush=True)
        finally:
            libyosys.log_flush()
            sys.stdout.flush()
            os._exit(code)
    if os.waitpid(child, 0)[1] != 0:
        print(f"@failed {number}", flush=True)
