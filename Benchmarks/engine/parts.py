"""The parts of the benchmark by name."""

from engine.indexing import index
from engine.remote import remote
from engine.resuming import resume
from engine.streaming import memory
from engine.waiting import wait

ALL = {"index": index, "memory": memory, "resume": resume, "remote": remote, "wait": wait}
