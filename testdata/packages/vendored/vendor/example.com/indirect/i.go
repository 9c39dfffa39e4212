package indirect
