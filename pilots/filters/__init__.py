"""How is each list narrowed? One filterset per noun, for the API, the workspace and the exports."""
