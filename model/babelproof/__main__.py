"""`python -m babelproof` is the command `babelproof`."""

from babelproof.cli import main

if __name__ == "__main__":
    main()
