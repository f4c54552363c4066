from hypothesis import settings

# Hypothesis's own limit is a wall-clock assertion, which fails on a busy machine and proves nothing.
settings.register_profile("domain", deadline=None)
settings.load_profile("domain")
