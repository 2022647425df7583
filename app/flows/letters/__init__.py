"""Letters as blocks: kept as MJML, edited without seeing it."""
