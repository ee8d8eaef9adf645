// Keys: who may do what, since when and how long; made, renewed and revoked.

import '../../style/records.css'
import { keys } from '../../http/keys.ts'
import type { ApiKey } from '../../shown/answers.ts'
import { suiteNowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { changingKey, dropSecret, heldSecrets, holdSecret, keyList } from '../../state/keys.ts'
import { useAsking } from '../../state/resource.ts'
import { type KeyState, keysInOrder, stateOfKey } from '../../upkeep/key-draft.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { AskFirst, Outcome, ShownOnce } from '../parts/form.tsx'
import { Fact, type Level, Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { NewKey } from './new-key.tsx'

const askEveryMs = 15_000
const levels: Readonly<Record<KeyState, Level>> = {
  valid: 'good',
  'ends-soon': 'warn',
  expired: 'unknown',
  revoked: 'unknown'
}

async function makeLink(): Promise<void> {
  const told = words.keys
  const made = await changingKey.send(
    () => keys.signInLink(),
    () => told.linkTitle
  )
  if (made !== null)
    holdSecret({
      title: told.linkTitle,
      value: made.body.url,
      more: told.linkMore(made.body.expiresInMinutes)
    })
}

export function Access() {
  const told = words.keys
  useAsking(keyList.load, askEveryMs)
  const { body, failure } = keyList.state.value
  if (currentItem.value === 'new') return <NewKey />
  return (
    <ViewPage title={words.views.names.keys} lead={told.lead}>
      <Failure failure={failure} />
      {heldSecrets.value.map(({ title, value, more }) => (
        <ShownOnce
          key={value}
          title={title}
          value={value}
          more={more}
          onStored={() => dropSecret(value)}
        />
      ))}
      <div class="buttons">
        <button type="button" class="primary" onClick={() => openItem('new')}>
          {told.create}
        </button>
        <button type="button" onClick={() => void makeLink()}>
          {told.link}
        </button>
        <span class="soft">{told.linkHow}</span>
      </div>
      <Outcome state={changingKey.state.value} />
      {body === null ? (
        <p role="status">{words.views.asking}</p>
      ) : body.items.length === 0 ? (
        <p>{told.none}</p>
      ) : (
        <ul class="records" aria-label={words.views.names.keys}>
          {keysInOrder(body.items, suiteNowMs.value).map(each => (
            <Item key={each.id} held={each} />
          ))}
        </ul>
      )}
    </ViewPage>
  )
}

function Item({ held }: { readonly held: ApiKey }) {
  const told = words.keys
  const state = stateOfKey(held, suiteNowMs.value)
  const isOver = state === 'revoked' || state === 'expired'
  const rotate = async () => {
    const made = await changingKey.send(
      () => keys.rotate(held.id),
      () => told.rotated
    )
    if (made !== null)
      holdSecret({
        title: told.secretOf(held.name),
        value: made.body.secret,
        more: told.secretMore
      })
    await keyList.load()
  }
  const link = async () => {
    const made = await changingKey.send(
      () => keys.signInLinkOf(held.id),
      () => told.linkOfTitle(held.name)
    )
    if (made !== null) {
      const { url, expiresInMinutes } = made.body
      holdSecret({
        title: told.linkOfTitle(held.name),
        value: url,
        more: told.linkMore(expiresInMinutes)
      })
    }
    await keyList.load()
  }
  const revoke = async () => {
    await changingKey.send(
      () => keys.revoke(held.id),
      () => told.revoked
    )
    await keyList.load()
  }
  return (
    <li class={`record is-${levels[state]}`}>
      <h3>
        <bdi>{held.name}</bdi> <Mark level={levels[state]} text={told.states[state]} />
      </h3>
      <Facts held={held} />
      {isOver ? null : (
        <div class="buttons">
          <AskFirst
            label={told.rotate}
            question={told.rotateAsk}
            yes={told.rotateYes}
            onYes={() => void rotate()}
          />
          <AskFirst
            label={told.linkOf}
            question={told.linkOfAsk}
            yes={told.linkOfYes}
            onYes={() => void link()}
          />
          <AskFirst
            label={told.revoke}
            question={told.revokeAsk}
            yes={told.revokeYes}
            onYes={() => void revoke()}
          />
        </div>
      )}
    </li>
  )
}

function Facts({ held }: { readonly held: ApiKey }) {
  const told = words.keys
  const {
    id,
    scopes,
    theatres,
    handling,
    expiresAt,
    lastUsedAt,
    createdAt,
    createdBy,
    overlapsUntil,
    linkedAt,
    linkedBy
  } = held
  return (
    <dl class="facts-row">
      <Fact name={told.scopes}>{scopes.join(', ')}</Fact>
      <Fact name={told.theatres}>{theatres === '*' ? told.all : theatres.join(', ')}</Fact>
      <Fact name={told.handling}>{handling}</Fact>
      <Fact name={told.expires}>{expiresAt === null ? told.never : <Time at={expiresAt} />}</Fact>
      <Fact name={told.lastUsed}>
        {lastUsedAt === null ? told.notUsed : <Time at={lastUsedAt} />}
      </Fact>
      {createdAt === null ? null : (
        <Fact name={told.made}>
          <Time at={createdAt} /> {createdBy === null ? '' : told.by(createdBy)}
        </Fact>
      )}
      {linkedAt === null ? null : (
        <Fact name={told.linked}>
          <Time at={linkedAt} /> {linkedBy === null ? '' : told.by(linkedBy)}
        </Fact>
      )}
      {overlapsUntil === null ? null : (
        <Fact name={told.overlap}>
          <Time at={overlapsUntil} />
        </Fact>
      )}
      <Fact name={told.id}>
        <code>{id}</code>
      </Fact>
    </dl>
  )
}
