// A bare `ws` server that sends texts as they are to all of its clients: the ceiling for
// deliveries. Frames of one turn go out in one write, as the notifier's do.

import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer } from 'ws'

export type ToBareServer = { readonly texts: readonly string[] }

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
server.on('listening', () => process.send?.((server.address() as AddressInfo).port))
server.on('connection', socket => {
  // A notifier answers a subscription.
  socket.on('message', () =>
    socket.send('{"type":"subscribed","recovered":false,"cursor":"c0","snapshot":[]}')
  )
})
process.on('message', ({ texts }: ToBareServer) => {
  for (const client of server.clients) {
    const wire = (client as unknown as { readonly _socket: Socket })._socket
    wire.cork()
    for (const text of texts) client.send(text)
    process.nextTick(() => wire.uncork())
  }
})
process.on('disconnect', () => process.exit(0))
