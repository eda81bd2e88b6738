"""`python -m entrypoints.cli` is `payproof`, for processes that start another of their kind."""

from entrypoints.cli.main import main

if __name__ == "__main__":
    main()
