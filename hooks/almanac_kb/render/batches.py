"""compile_all(): the documents of many texts, from the cache, by worker processes, or by a Dask cluster."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from almanac_kb.core import cache as core_cache
from almanac_kb.core import cluster as core_cluster
from almanac_kb.core import workers as core_workers
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.cluster_worker import ClusterError
from almanac_kb.core.packed_text import TextFile
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import renderers
from almanac_kb.markdown.link_index import LinkIndex
from almanac_kb.markdown.renderers import PYTHON_MARKDOWN
from almanac_kb.render.document import Document
from almanac_kb.render.environment import PACKAGES, CompileEnvironment, Text, fingerprint, renderer_of

if TYPE_CHECKING:
    from almanac_kb.render.compiler import Compiler

log = logging.getLogger("mkdocs.hooks.knowledge")
MIN_TEXTS_FOR_WORKERS = 40
"""Up to this many texts are compiled by this process: starting workers would cost more time than it saves."""
MIN_TEXTS_FOR_CLUSTER = 100
"""Up to this many texts are compiled by this machine: a cluster would take seconds to start."""
TEXTS_PER_TASK = 16
"""Texts per task of a worker: more would let workers wait for the last one, fewer would cost more for sending."""


def compile_all(
    texts: Sequence[Text],
    env: CompileEnvironment,
    cache: DiskCache | None,
    workers: int = 1,
    *,
    cluster: str = "",
    text_file: TextFile | None = None,
    stop_if_superseded: Callable[[], None] = lambda: None,
) -> dict[SourcePath, Document]:
    """The Documents of texts, compiled by that many worker processes; `stop_if_superseded` is called in between and may raise.

    With a cache and a `text_file`, their HTML and plain texts are in the file and not in memory.
    `cluster` is the address of the scheduler of a Dask cluster, whose workers compile them first; the processes compile what it does not.
    Raises WorkerError where a worker process of this machine is killed.
    """
    compile_missing = partial(_compile_missing, env=env, workers=workers, cluster=cluster, stop_if_superseded=stop_if_superseded)
    if cache is None:
        return dict(zip((text.source for text in texts), compile_missing(texts), strict=True))
    environment_key = fingerprint(env)
    keys = [core_cache.cache_key(environment_key, text.source, text.markdown.digest, text.renderer, text.folder_renderer) for text in texts]
    by_key = dict(zip(keys, texts, strict=True))
    stored: dict[str, Document] = {}
    for key, document in core_cache.cached(
        cache, by_key, compile_missing, partial(_loaded, env=env, load=core_cache.msgpack_loader(Document)), _dumped
    ):
        stop_if_superseded()
        if text_file:
            text_file.take(document.html, document.text)
        stored[key] = document
    return {text.source: stored[key] for text, key in zip(texts, keys, strict=True)}


def _compile_missing(
    texts: Sequence[Text], env: CompileEnvironment, workers: int, cluster: str, stop_if_superseded: Callable[[], None]
) -> Iterator[Document]:
    if not texts:
        return
    from almanac_kb.render.compiler import Compiler  # here, so that a build in which no text changed does not load the parser

    compiler = Compiler(replace(env, index=LinkIndex(dict(env.index.by_key)), added=()))
    found: list[Document | None] = [None] * len(texts)
    if cluster and len(texts) > MIN_TEXTS_FOR_CLUSTER:
        found = _compile_on_cluster(texts, compiler, cluster, stop_if_superseded)
    rest = [text for text, compiled in zip(texts, found, strict=True) if compiled is None]
    here = _compile_here(rest, compiler, workers, stop_if_superseded)
    for compiled in found:
        yield compiled or next(here)


def _compile_here(texts: Sequence[Text], compiler: "Compiler", workers: int, stop_if_superseded: Callable[[], None]) -> Iterator[Document]:
    with core_workers.executor(compiler, workers if len(texts) > MIN_TEXTS_FOR_WORKERS else 1) as pool:
        for compiled in core_workers.map_batches(pool, _compile_batch, texts, TEXTS_PER_TASK, "Rendering"):
            stop_if_superseded()
            yield compiled


def _compile_on_cluster(
    texts: Sequence[Text], compiler: "Compiler", cluster: str, stop_if_superseded: Callable[[], None]
) -> list[Document | None]:
    """The Documents that a Dask cluster makes of texts; None for each that it does not, of which there is a notice."""
    parts = list(core_workers.batches(texts, TEXTS_PER_TASK))
    try:
        with core_cluster.executor(cluster, type(compiler)(replace(compiler.env, snippet=_no_files_here)), PACKAGES) as pool:
            results = _results(parts, [pool.submit(_compile_batch_elsewhere, part) for part in parts], stop_if_superseded)
            found = list(core_workers.with_progress("Rendering", results, len(texts)))
    except ClusterError as error:
        log.info("extra.knowledge.workers: %s. This machine renders the texts itself.", error)
        return [None] * len(texts)
    return found


def _results(
    parts: Sequence[list[Text]], futures: Sequence[Future[list[Document | None]]], stop_if_superseded: Callable[[], None]
) -> Iterator[Document | None]:
    """The results of batches, in order; None for each text of a batch that failed, which fails here too where it is the text's fault."""
    said = False
    for part, future in zip(parts, futures, strict=True):
        stop_if_superseded()
        try:
            yield from future.result()
        except Exception as error:  # whatever the cluster or a task of it raises, this machine can render the text
            if not said:
                log.info("extra.knowledge.workers: %s. This machine renders the rest of the texts.", error)
            said = True
            yield from [None] * len(part)


def _compile_batch(texts: list[Text]) -> list[Document]:
    """Compiles a batch of texts in a worker."""
    compiler: Compiler = core_workers.shared_value()
    return [compiler.compile_text(text) for text in texts]


def _compile_batch_elsewhere(texts: list[Text]) -> list[Document | None]:
    """Compiles a batch of texts on a machine without the files of the site; None for each text whose compiling asks for one."""
    compiler: Compiler = core_workers.shared_value()
    found: list[Document | None] = []
    for text in texts:
        try:
            known = _needs_known_extensions(text, compiler.env)
            found.append(compiler.compile_text(text) if known else None)
        except _FileAskedError:
            found.append(None)
    return found


class _FileAskedError(BaseException):
    """The compiling of a text asks for a file of the site. Not an `Exception`, because Markdown extensions catch those and go on."""


def _no_files_here(path: str) -> None:
    """The lookup of snippets on a machine without the files of the site."""
    raise _FileAskedError(path)


def _needs_known_extensions(text: Text, env: CompileEnvironment) -> bool:
    """Whether only extensions of Python-Markdown take part in the compiling that read no files: others may look at those of the site."""
    return renderer_of(text, env)[0] != PYTHON_MARKDOWN or all(map(renderers.reads_no_files, env.extensions))


def _dumped(compiled: Document) -> bytes | None:
    return core_cache.dump_msgpack(compiled) if compiled.complete else None


def _loaded(data: bytes, env: CompileEnvironment, load: Callable[[bytes], Document | None]) -> Document | None:
    """The cached document, if every lookup still has the value it had; else None."""
    stored = load(data)
    return stored if stored and all(env.answer(key) == paths for key, paths in stored.lookups.items()) else None
