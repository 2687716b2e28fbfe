"""Run the command line with ``python -m ekbom``."""

from ekbom.app.cli import main

if __name__ == "__main__":
    main()
