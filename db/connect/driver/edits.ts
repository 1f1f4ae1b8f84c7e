/**
 * What is wrong in postgres.js 3.4.9 when a connection falls, and how it is put right. It sends on to a socket that is
 * gone, which ends the process; leaves unsent bytes and unanswered queries to the next session of the connection; and
 * lets what belongs to a lost transaction run inside somebody else's.
 */

export const MENDED_VERSION = '3.4.9';

export interface Edit {
  /** What holds afterwards. */
  so: string;
  file: 'connection.js' | 'index.js';
  from: string;
  to: string;
}

export const edits: readonly Edit[] = [
  {
    so: 'a query for a connection without a socket is refused',
    file: 'connection.js',
    from: `      return queryError(q, Errors.connection('CONNECTION_DESTROYED', options))

    if (stream)`,
    to: `      return queryError(q, Errors.connection('CONNECTION_DESTROYED', options))

    if (!socket)
      return queryError(q, Errors.connection('CONNECTION_CLOSED', options))

    if (stream)`,
  },
  {
    so: 'whatever else is written to a socket that is gone is dropped',
    file: 'connection.js',
    from: `  function nextWrite(fn) {
    const x = socket.write(chunk, fn)
    nextWriteTimer`,
    to: `  function nextWrite(fn) {
    const x = socket ? socket.write(chunk, fn) : false
    nextWriteTimer`,
  },
  {
    so: 'a transaction has its connection for itself as soon as its BEGIN is sent, however full the pipeline is',
    file: 'connection.js',
    from: `      return write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
        && (!q.options.onexecute || q.options.onexecute(connection))`,
    to: `      const more = write(toBuffer(q))
      if (q.options.onexecute)
        return q.options.onexecute(connection)

      return more
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline`,
  },
  {
    so: 'a session that has ended leaves nothing to the next: no bytes, no query without an answer, no half answer',
    file: 'connection.js',
    from: `    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)
    socket.removeListener('connect', connected)
    idleTimer.cancel()`,
    to: `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    const lost = Errors.connection('CONNECTION_CLOSED', options, socket)
    stream && (stream.destroy(lost), stream = null)
    query && queryError(query, lost)
    while (sent.length)
      queryError(sent.shift(), lost)
    final && final(lost)
    query = errorResponse = results = final = null
    result = new Result()
    rows = 0
    socket.removeListener('data', data)
    socket.removeListener('connect', connected)
    idleTimer.cancel()`,
  },
  {
    so: 'whoever waits for the end of a connection is told when it falls before',
    file: 'connection.js',
    from: `    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
    closedTime`,
    to: `    ended && (ended(), ending = ended = null)
    closedTime`,
  },
  {
    so: "a connection that has failed is nobody's any more, even before it has closed",
    file: 'connection.js',
    from: `      return

    errored(err)
    while (sent.length)`,
    to: `      return

    connection.reserved = null
    errored(err)
    while (sent.length)`,
  },
  {
    so: 'a session that falls before it knows the array types ends no process',
    file: 'connection.js',
    from: `    \`], [], execute)
    types.forEach(`,
    to: `    \`], [], execute).catch(err => (socket && socket.destroy(err), []))
    types.forEach(`,
  },
  {
    so: 'nor before it knows whether it may write',
    file: 'connection.js',
    from: `      backendParameters.in_hot_standby = b.pg_is_in_recovery ? 'on' : 'off'
    }
    query.execute()`,
    to: `      backendParameters.in_hot_standby = b.pg_is_in_recovery ? 'on' : 'off'
    }
    query.catch(noop)`,
  },
  {
    so: 'a reserved connection is given to whoever opened it',
    file: 'connection.js',
    from: `      if (needsTypes) {
        initial.reserve && (initial = null)
        return fetchArrayTypes()
      }

      initial && !initial.reserve && execute(initial)
      options.shared.retries = retries = 0
      initial = null
      return`,
    to: `      if (needsTypes)
        return fetchArrayTypes()

      const first = initial
      initial = null
      options.shared.retries = retries = 0
      first.reserve ? first.reserve(connection) : execute(first)
      return`,
  },
  {
    so: 'who waits for a connection to reserve stands in one line only',
    file: 'index.js',
    from: `        queries.push(query)
        closed.length && connect(closed.shift(), query)`,
    to: `        closed.length ? connect(closed.shift(), query) : queries.push(query)`,
  },
  {
    so: 'a reserved connection that has fallen serves its holder no more, and is given back once at most',
    file: 'index.js',
    from: `    c.reserved.release = true

    const sql = Sql(handler)
    sql.release = () => {
      c.reserved = null
      onopen(c)
    }

    return sql

    function handler(q) {
      c.queue === full`,
    to: `    c.reserved.release = true
    const mine = c.reserved
    c.onclose = e => {
      while (queue.length)
        queue.shift().reject(e)
    }

    const sql = Sql(handler)
    sql.release = () => {
      if (c.reserved !== mine)
        return

      c.reserved = null
      onopen(c)
    }

    return sql

    function handler(q) {
      if (c.reserved !== mine)
        return q.reject(Errors.generic('CONNECTION_CLOSED', 'the reserved connection has closed or was released'))

      c.queue === full`,
  },
  {
    so: 'what waits inside a transaction is refused when its connection falls',
    file: 'index.js',
    from: `        new Promise((_, reject) => connection.onclose = reject)`,
    to: `        new Promise((_, reject) => connection.onclose = e => {
          reject(e)
          while (queries.length)
            queries.shift().reject(e)
        })`,
  },
  {
    so: 'a transaction that is over or has lost its connection sends nothing into the next one there',
    file: 'index.js',
    from: `        q.catch(e => uncaughtError || (uncaughtError = e))
        c.queue === full`,
    to: `        q.catch(e => uncaughtError || (uncaughtError = e))
        if (c.reserved !== mine)
          return q.reject(Errors.generic('CONNECTION_CLOSED', 'the transaction has ended or lost its connection'))

        c.queue === full`,
  },
  {
    so: 'a transaction knows its own hold on the connection',
    file: 'index.js',
    from: `      c.reserved = () => queries.length
        ? c.execute(queries.shift())
        : move(c, reserved)
    }
  }`,
    to: `      c.reserved = mine = () => queries.length
        ? c.execute(queries.shift())
        : move(c, reserved)
    }
  }`,
  },
  {
    so: 'and has a place to keep it',
    file: 'index.js',
    from: `    let savepoints = 0
      , connection`,
    to: `    let savepoints = 0
      , mine
      , connection`,
  },
];
