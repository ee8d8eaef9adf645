// What became of an alert, event by event, with what each changed; and what officers noted on it.

import { type HistoryItem, historyOf } from '../../change/alert-changes.ts'
import type { AlertDetail, ShownRevision } from '../../shown/shown-alert.ts'
import { eventWords, pieceWords } from '../../words/alert-words.ts'
import { reasonWords } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'
import { Narrative } from '../parts/narrative.tsx'
import { Time } from '../parts/time.tsx'

export function History({ alert }: { readonly alert: AlertDetail }) {
  const { revisions, revisionsOmitted, evidence } = alert
  const nameOf = (id: string) => pieceWords(evidence, id)
  return (
    <section aria-label={words.history.title}>
      <h3>{words.history.title}</h3>
      <ol class="history" reversed>
        {historyOf(revisions, revisionsOmitted, nameOf).map(item => (
          <Item key={item.revision.id} {...item} />
        ))}
      </ol>
      {revisionsOmitted > 0 ? <p class="soft">{words.history.earlier(revisionsOmitted)}</p> : null}
    </section>
  )
}

function Item({ revision, changes }: HistoryItem) {
  const { type, time, data } = revision
  const { history } = words
  return (
    <li>
      <p>
        <b>{eventWords(type, data)}</b>
        {data.action ? (
          <>
            {' '}
            <bdi>{history.by(data.action.by)}</bdi>
          </>
        ) : null}
        {data.reason === null ? '' : `: ${reasonWords(data.reason)}`} <span class="soft">· </span>
        <span class="soft">
          <Time at={time} />
        </span>
      </p>
      {data.action?.text ? <Narrative text={data.action.text} label={words.notes.title} /> : null}
      {changes === null ? (
        <p class="soft">{history.unknownChange}</p>
      ) : changes.length === 0 ? null : (
        <table class="diff">
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{history.what}</th>
              <th scope="col">{history.before}</th>
              <th scope="col">{history.after}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ what, before: was, after, pieces }) => (
              <tr key={what}>
                <th scope="row">
                  <bdi>{what}</bdi>
                </th>
                <td>
                  {was === '' ? null : (
                    <del>
                      <Apart texts={pieces ?? [was]} />
                    </del>
                  )}
                </td>
                <td>
                  {after === '' ? null : (
                    <ins>
                      <Apart texts={pieces ?? [after]} />
                    </ins>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  )
}

/** Names of places and sources are others' words, and may be written from right to left. */
function Apart({ texts }: { readonly texts: readonly string[] }) {
  return (
    <>
      {texts.map((text, i) => (
        <span key={text}>
          {i === 0 ? '' : '; '}
          <bdi>{text}</bdi>
        </span>
      ))}
    </>
  )
}

export function Notes({ revisions }: { readonly revisions: readonly ShownRevision[] }) {
  const noted = revisions.filter(({ data }) => data.action?.text)
  if (noted.length === 0) return null
  return (
    <section aria-label={words.notes.title}>
      <h3>{words.notes.title}</h3>
      <ul class="notes">
        {noted.map(({ id, time, data }) => (
          <li key={id}>
            <p class="soft">
              <bdi>{data.action?.by}</bdi>, <Time at={time} />
            </p>
            <p>
              <bdi>{data.action?.text}</bdi>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
