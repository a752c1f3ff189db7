"""The tools around the library: `python -m tap`. `lib/` never imports them."""
