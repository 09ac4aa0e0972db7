"""Which settings does the bare query within Django run under? The product's, with an address of its own."""

from cic.settings import *  # noqa: F403

ROOT_URLCONF = "bench.framed"
