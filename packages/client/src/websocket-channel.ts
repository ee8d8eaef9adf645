// All subscriptions over one WebSocket. It authenticates as early as the platform allows, because
// the server has few places for connections that have not: in a header, else by a one-use ticket in
// the address, else in the first message.

import {
  buildApiUrl,
  classifyClose,
  type Ending,
  type OpenChannel,
  type Request
} from './channel.ts'
import { type Notice, readMessage } from './frame.ts'
import { again, describeError, request } from './http-request.ts'
import type { SocketLike } from './ports.ts'

const subprotocol = 'tocsin.v1'
const notAuthenticated = 4501

/** How one connection went. */
interface Course {
  readonly code: number
  readonly reason: string
  notice: Notice | null
  hasOpened: boolean
  hasSpoken: boolean
  /** Something came that is no message. */
  isGarbled: boolean
}

/** How a connection sends the token: not at all where a cookie counts. */
interface Shown {
  readonly header?: string
  readonly ticket?: string
  readonly message?: string
}

export const openWebSocket: OpenChannel = ({ url, token, ports, events }) => {
  const address = buildApiUrl(url, '/v1/stream')
  address.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
  const wanted = new Map<string, Request>()
  const gone = new AbortController()
  let socket: SocketLike | null = null
  let isOpen = false

  /** Connects, and resolves when the connection is over. Throws once the channel is closed. */
  const connect = async ({ header, ticket, message }: Shown): Promise<Course> => {
    gone.signal.throwIfAborted()
    const to = new URL(address)
    if (ticket !== undefined) to.searchParams.set('ticket', ticket)
    const made = ports.openSocket(
      to,
      subprotocol,
      header === undefined ? {} : { authorization: `Bearer ${header}` }
    )
    const course: Omit<Course, 'code' | 'reason'> = {
      ...{ notice: null, hasOpened: false, hasSpoken: false, isGarbled: false }
    }
    socket = made
    made.onopen = () => {
      isOpen = true
      course.hasOpened = true
      if (message !== undefined) sendMessage(made, { type: 'authenticate', token: message })
      for (const each of wanted.values()) sendMessage(made, { type: 'subscribe', ...each })
    }
    made.onmessage = ({ data }) => {
      if (gone.signal.aborted || course.isGarbled) return
      const read = parseMessage(data)
      course.hasSpoken = true
      if (read === null) {
        course.isGarbled = true
        made.close()
      } else if (read.kind === 'notice') course.notice = read.notice
      else if (read.kind === 'changed') events.changed(read.list)
      else if (read.kind === 'frame' && wanted.has(read.id))
        // A socket can't be made to wait: the client bounds its queue, and closes the channel beyond.
        void events.frame(read.id, read.frame)
    }
    made.onerror = () => {}
    return new Promise(resolve => {
      made.onclose = ({ code, reason }) => {
        isOpen = false
        resolve({ ...course, code, reason })
      }
    })
  }

  const runSocket = async (): Promise<Ending> => {
    if (token === null) return classifyEnding(await connect({}), address)
    if (ports.sendsHeaders) {
      const course = await connect({ header: token })
      // The platform does not report why a server refuses: the answer to the request for a
      // ticket does.
      if (course.hasOpened) return classifyEnding(course, address)
    }
    const ticket = await fetchTicket(token)
    if (typeof ticket !== 'string') return ticket
    if (ticket !== '') {
      const course = await connect({ ticket })
      const isRefused = course.code === notAuthenticated || course.notice?.code === notAuthenticated
      // The token is good, or there were no ticket: it came too late, or something on the way took
      // it out of the address.
      if (!isRefused) return classifyEnding(course, address)
    }
    return classifyEnding(await connect({ message: token }), address)
  }

  /**
   * Empty where the server gives none, or something on the way lets no POST pass: the WebSocket
   * itself decides then.
   */
  const fetchTicket = async (secret: string): Promise<string | Ending> => {
    const answer = await request(ports, buildApiUrl(url, '/v1/tickets'), {
      ...{ method: 'POST', token: secret, accept: 'application/json', signal: gone.signal }
    })
    if (answer.ok) {
      const { ticket } = (await answer.response.json()) as { readonly ticket?: unknown }
      return typeof ticket === 'string' ? ticket : ''
    }
    const { kind } = answer.ending
    return kind === 'unsupported' || kind === 'refused' ? '' : answer.ending
  }

  runSocket()
    .catch((error: unknown): Ending => ({ kind: 'unsupported', detail: describeError(error) }))
    .then(ending => {
      if (!gone.signal.aborted) events.ended(ending)
    })

  return {
    add(added) {
      wanted.set(added.id, added)
      if (isOpen && socket !== null) sendMessage(socket, { type: 'subscribe', ...added })
    },
    remove(id) {
      if (wanted.delete(id) && isOpen && socket !== null)
        sendMessage(socket, { type: 'unsubscribe', id })
    },
    close() {
      gone.abort()
      socket?.close()
    }
  }
}

function sendMessage(socket: SocketLike, message: object): void {
  socket.send(JSON.stringify(message))
}

function classifyEnding(
  { code, reason, notice, hasSpoken, isGarbled }: Course,
  { host }: URL
): Ending {
  if (isGarbled) return again('the server sent something that is no message')
  // A browser cannot distinguish a proxy that refuses the upgrade from a server that is down.
  if (!hasSpoken && code < 4000)
    return { kind: 'unsupported', detail: `no WebSocket to ${host} could be opened` }
  return classifyClose(code, reason, notice)
}

function parseMessage(data: unknown) {
  if (typeof data !== 'string') return null
  try {
    return readMessage(data)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
