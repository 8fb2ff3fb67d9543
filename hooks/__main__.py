from almanac_kb.mkdocs import cli

raise SystemExit(cli.main())
