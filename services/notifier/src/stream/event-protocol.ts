// The frames of a subscription as server-sent events: `id` is the cursor, `event` the frame's type,
// `data` the rest. Pure. Source: WHATWG HTML, server-sent events; formats.md#server-sent-events.

import { type FrameForms, type FrameLink, saidIn } from './stream-protocol.ts'

/** A comment, which clients pass over: proxies and networks see that the connection is in use. */
export const keepAlive = ':\n\n'

/** How long a client waits before it connects again, unless a notice sets another time, ms. */
const retryMs = 2_000

/** The frames of one connection, which has one subscription: events do not name it. */
export const eventFrames: FrameForms = {
  recovered: (_id, cursor) =>
    `retry: ${retryMs}\n${makeEvent('subscribed', cursor, '"recovered":true')}`,
  subscribed(_id, cursor, alerts, more) {
    const said = `"recovered":false,"snapshot":[${alerts.join(',')}]${more ? ',"more":true' : ''}`
    return `retry: ${retryMs}\n${makeEvent('subscribed', cursor, said)}`
  },
  snapshot: (_id, link, alerts, more) =>
    makeEvent(
      'snapshot',
      link.cursor,
      `${formatLink(link)},"more":${more},"snapshot":[${alerts.join(',')}]`
    ),
  alert: (_id, link, encodedEvent) =>
    makeEvent('alert', link.cursor, `${formatLink(link)},"event":${encodedEvent}`),
  heartbeat: (_id, link, life) =>
    makeEvent('heartbeat', link.cursor, `${formatLink(link)},${JSON.stringify(life).slice(1, -1)}`),
  changed: list => `event: changed\ndata: ${JSON.stringify({ list })}\n\n`,
  // No id: the client comes back with its last cursor.
  notice: notice =>
    `${notice.retryAfterMs === null ? '' : `retry: ${notice.retryAfterMs}\n`}event: notice\ndata: ${JSON.stringify(saidIn(notice))}\n\n`
}

/** JSON has no line breaks outside of strings, and none in them: one line of data is enough. */
function makeEvent(type: string, cursor: string, members: string): string {
  return `id: ${cursor}\nevent: ${type}\ndata: {${members}}\n\n`
}

function formatLink({ prev, sentAt }: FrameLink): string {
  return sentAt === null ? `"prev":"${prev}"` : `"prev":"${prev}","sentAt":"${sentAt}"`
}
