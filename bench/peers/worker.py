"""A process that holds one prepared contender and takes a turn when the runner asks for it."""

import contextlib
import multiprocessing
import os
from multiprocessing.connection import Connection

import contender
import workloads

# Read by OpenMP and MKL (PyTorch, CTranslate2) and by the tokenizers library when they are loaded.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


class WorkerError(Exception):
    """A contender could not be prepared, or failed in a turn."""


class Worker:
    """The runner's end of a worker process; a context manager that ends the process."""

    def __init__(self, entry: contender.Contender, workload: workloads.Workload, threads: int):
        """Starts the process and waits until the contender is ready; raises WorkerError."""
        self.contender = entry
        for variable in THREAD_VARIABLES:
            os.environ[variable] = str(threads)
        spawn = multiprocessing.get_context("spawn")
        self._connection, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, entry, workload, threads))
        self._process.start()
        theirs.close()
        try:
            self._receive()
        except WorkerError:
            self.stop()
            raise

    def run(self, batching: str) -> workloads.Reading:
        """Takes one turn. May raise WorkerError, and may not be called again after that."""
        with contextlib.suppress(ConnectionError):  # the process has ended: _receive raises
            self._connection.send(batching)
        return self._receive()

    def stop(self) -> None:
        self._connection.close()  # the process ends at the end of its input
        self._process.join(timeout=10)
        if self._process.is_alive():
            self._process.kill()

    def _receive(self) -> workloads.Reading | None:
        try:
            answer = self._connection.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            raise WorkerError(f"the process ended ({self._process.exitcode})") from None
        if isinstance(answer, WorkerError):
            raise answer
        return answer


def _serve(connection: Connection, entry: contender.Contender, workload: workloads.Workload,
           threads: int) -> None:
    """Sends None when ready, then a Reading for each batching; a WorkerError comes last."""
    os.dup2(2, 1)  # only the runner's table goes to standard output
    try:
        entry.prepare(workload, threads)
        connection.send(None)
        while True:
            connection.send(entry.run(connection.recv()))
    except EOFError:
        return
    except Exception as error:  # the runner reports whatever an engine raises
        connection.send(WorkerError(f"{type(error).__name__}: {error}"))
