"""How is anything about people, organisations, centres and agreements written? One function per act."""
