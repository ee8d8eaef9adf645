// The digests of the last weeks of a theatre as an Atom feed, for feed readers.

import { makeScopeKey, makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import type { Digest } from '@tocsin/contracts/alert/digest'
import { atomMediaType, renderTextFeed } from '@tocsin/contracts/cap/atom-feed'
import type { CapPublisher } from '@tocsin/contracts/cap/cap-document'
import type { Format } from '@tocsin/contracts/format/format'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { weekDays } from '@tocsin/engine/theatre/week-count'
import type { createRouteAdder } from '@tocsin/service/route/definition'
import type { Stale } from '../alerts/liveness.ts'
import { ReportQueue } from '../alerts/scan-scheduler.ts'
import { refuseWhileStale } from '../alerts/stale-answers.ts'
import { sendTaggedText, taggedTextAnswers } from '../alerts/tagged-text.ts'
import { formatDigestUrl, writeDigest, writeDigestTitle } from '../webhook/kinds/digest-news.ts'
import { checkTheatre, type DigestRoutesDeps, theatreText, waitingMax } from './digest-routes.ts'
import { dueAfterMs, findDueMonday, makeDigests } from './week-digest.ts'

export interface DigestFeedDeps extends DigestRoutesDeps {
  readonly stale: () => Stale | null
  readonly publisher: CapPublisher
  /** Empty: nowhere, and no link leads there. */
  readonly publicUrl: string
}

const weeks = 8

/** Where it is, and for whom. */
export interface ReadWhere {
  readonly prefix: string
  readonly params: { readonly address?: Format<string> }
  readonly id: string
  readonly summary: string
  readonly description: string
}

/** Adds the route, for whoever may read there. */
export function addDigestFeed(
  add: ReturnType<typeof createRouteAdder>,
  deps: DigestFeedDeps,
  { prefix, ...words }: ReadWhere
): void {
  const queue = new ReportQueue(waitingMax)
  add({
    ...words,
    method: 'GET',
    path: `${prefix}/digest.atom`,
    query: { theatre: theatreText },
    headers: ['if-none-match'],
    answers: taggedTextAnswers('The feed.', atomMediaType),
    problems: ['log-unavailable'],
    async handle(request, reply) {
      refuseWhileStale(deps.stale())
      const principal = getPrincipal(request)
      const { theatre } = request.query
      checkTheatre(deps, principal, theatre)
      const [view, last] = [makeView(principal), findDueMonday(deps.nowIn(theatre))]
      const mondays = Array.from({ length: weeks }, (_, i) => last - i * weekDays)
      const digests = await queue.run(principal.id, () =>
        makeDigests(deps, view, { theatre, mondays })
      )
      const { publisher, publicUrl } = deps
      const feed = renderTextFeed({
        identity: ['digest', publisher.sender, makeScopeKey(view), theatre],
        author: publisher.senderName,
        title: `Weekly digest: ${theatre}`,
        self: `${publicUrl}${request.url}`,
        entries: digests.map(digest => describeEntry(digest, publicUrl))
      })
      return sendTaggedText(request, reply, atomMediaType, feed)
    }
  })
}

function describeEntry(digest: Digest, publicUrl: string) {
  return {
    id: digest.from,
    title: writeDigestTitle(digest),
    updated: new Date(Date.parse(digest.from) + weekDays * dayMs + dueAfterMs).toISOString(),
    href: publicUrl === '' ? null : formatDigestUrl(publicUrl, digest),
    text: writeDigest(digest, publicUrl)
  }
}
