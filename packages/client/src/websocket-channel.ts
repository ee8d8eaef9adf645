// All subscriptions over one WebSocket.

import { apiUrl, type ChannelEvents, type Ending, endingOfClose, type OpenChannel, type Request } from './channel.ts'
import { type Notice, readMessage } from './frame.ts'

const subprotocol = 'tocsin.v1'

export const openWebSocket: OpenChannel = ({ url, token, ports, events }) => {
  const address = apiUrl(url, '/v1/stream')
  address.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
  const socket = ports.openSocket(address, subprotocol)
  const waiting = new Map<string, Request>()
  const wanted = new Set<string>()
  let isOpen = false
  let hasSpoken = false
  let isOver = false
  let notice: Notice | null = null
  const say = (message: object) => socket.send(JSON.stringify(message))
  const end = (ending: Ending) => {
    if (isOver) return
    isOver = true
    events.ended(ending)
  }

  socket.onopen = () => {
    isOpen = true
    if (token !== null) say({ type: 'authenticate', token })
    for (const request of waiting.values()) say({ type: 'subscribe', ...request })
    waiting.clear()
  }
  socket.onmessage = ({ data }) => {
    if (isOver) return
    const read = messageOf(data)
    hasSpoken = true
    if (read === null) {
      end({ kind: 'again', detail: 'the server sent something that is no message', leastMs: 0, staleSince: null })
      socket.close()
    } else if (read.kind === 'notice') notice = read.notice
    else if (read.kind === 'frame' && wanted.has(read.id)) void deliver(events, read.id, read.frame)
  }
  socket.onerror = () => {}
  socket.onclose = ({ code, reason }) => {
    // A browser does not tell a proxy that refuses the upgrade from a server that is down.
    if (!hasSpoken && code < 4000) end({ kind: 'unsupported', detail: `no WebSocket to ${address.host} could be opened` })
    else end(endingOfClose(code, reason, notice))
  }

  return {
    add(request) {
      wanted.add(request.id)
      if (isOpen) say({ type: 'subscribe', ...request })
      else waiting.set(request.id, request)
    },
    remove(id) {
      wanted.delete(id)
      if (!waiting.delete(id) && isOpen && !isOver) say({ type: 'unsubscribe', id })
    },
    close() {
      isOver = true
      socket.close()
    }
  }
}

/** A socket can't be made to wait: the client bounds what it holds, and closes the channel beyond that. */
async function deliver(events: ChannelEvents, ...frame: Parameters<ChannelEvents['frame']>): Promise<void> {
  await events.frame(...frame)
}

function messageOf(data: unknown) {
  if (typeof data !== 'string') return null
  try {
    return readMessage(data)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
