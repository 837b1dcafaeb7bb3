"""What Doc2Vec is made of: tags with vectors, training with them, vectors of new documents."""
