"""How do programs read and write what is tried? One file per noun: serializer, viewset, ROUTES."""
