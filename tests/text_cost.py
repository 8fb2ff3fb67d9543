"""Prints what it costs to read and compile an expensive text, as JSON: processor seconds, and megabytes of the process at its peak.

Its arguments are the text's name and length, the renderer, and a file with the pickled extensions of Markdown and their settings.
"""

import json
import pickle
import resource
import sys
import time
from pathlib import Path

from pathological import TEXTS

from almanac_kb.content import reader
from almanac_kb.core.paths import SourcePath
from almanac_kb.render.compiler import Compiler
from almanac_kb.render.environment import CompileEnvironment

if __name__ == "__main__":
    name, size, renderer, pickled = sys.argv[1:]
    extensions, options = pickle.loads(Path(pickled).read_bytes())
    compiler = Compiler(CompileEnvironment(extensions, options, renderer=renderer))
    text = TEXTS[name](int(size))
    start = time.process_time()
    read = reader.read_article(SourcePath("a.md"), text.encode())
    compiler.compile(SourcePath("a.md"), read.article.body.text if read.article else "")
    spent = time.process_time() - start
    print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
