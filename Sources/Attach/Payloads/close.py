def close(endpoint, reply):
    """Closes the agent's listeners at `endpoint`, or all with ''; answers when they are closed."""
    import sys
    agent = sys.modules.get('_matrix_agent.attach')
    if agent is None:
        return ''
    return reply if agent.close_listeners(endpoint, reply) else ''


