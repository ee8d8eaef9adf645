// The bar above everything: name, lights and clocks; below them the views, and who is signed in.

import { useState } from 'preact/hooks'
import { address, setAddress } from '../../state/address.ts'
import { caller, mayUse } from '../../state/console-state.ts'
import { showHelp } from '../../state/single-keys.ts'
import icon from '../../style/icon.svg'
import { words } from '../../words/words.ts'
import { Clocks } from './clocks.tsx'
import { Lights } from './lights.tsx'
import { SignOut } from './sign-out.tsx'
import { SoundControl } from './sound.tsx'
import { UnansweredLink } from './unanswered.tsx'
import { UnstaffedLink } from './unstaffed.tsx'
import { ViewSwitch } from './view-switch.tsx'

export const looks = ['auto', 'light', 'dark', 'wall'] as const

/** As the address says; the system's own if it says nothing. */
export function lookIn(query: URLSearchParams): (typeof looks)[number] {
  return looks.find(look => look === query.get('look')) ?? 'auto'
}

export function TopBar() {
  return (
    <header>
      <div class="top">
        <h1>
          <img src={icon} alt="" width="24" height="24" />{' '}
          <span class="product">{words.product}</span>
        </h1>
        <Lights />
        <UnansweredLink />
        <UnstaffedLink />
        <Clocks />
      </div>
      <div class="below-top">
        <ViewSwitch />
        <Who />
      </div>
    </header>
  )
}

const whoId = 'who-rest'

/** On a narrow screen what is seldom pressed opens from the name. */
function Who() {
  const { top } = words
  const [isOpen, setOpen] = useState(false)
  const name = caller.value?.name ?? ''
  return (
    <div class={`who ${isOpen ? 'is-open' : ''}`}>
      {mayUse('alerts:read') ? <SoundControl /> : null}
      <button
        type="button"
        class="who-menu"
        aria-expanded={isOpen}
        aria-controls={whoId}
        onClick={() => setOpen(!isOpen)}
      >
        <span class="visually-hidden">{top.signedInAs('')}</span>
        <bdi>{name}</bdi> <span aria-hidden="true">{isOpen ? '▴' : '▾'}</span>
      </button>
      <div class="who-rest" id={whoId}>
        <WhoRest name={name} />
      </div>
    </div>
  )
}

function WhoRest({ name }: { readonly name: string }) {
  const { top } = words
  return (
    <>
      <label class="look">
        <span class="visually-hidden">{top.look}</span>
        <select
          value={lookIn(address.value)}
          onChange={event =>
            setAddress({
              look: event.currentTarget.value === 'auto' ? null : event.currentTarget.value
            })
          }
        >
          {looks.map(look => (
            <option key={look} value={look}>
              {top.looks[look]}
            </option>
          ))}
        </select>
      </label>
      <button type="button" aria-haspopup="dialog" onClick={showHelp}>
        <span aria-hidden="true">?</span>
        <span class="visually-hidden">{words.help.open}</span>
      </button>
      <span class="name" title={top.signedInAs(name)}>
        <span class="visually-hidden">{top.signedInAs('')}</span>
        <bdi>{name}</bdi>
        {mayUse('alerts:operate') ? null : <span class="soft"> · {top.readOnly}</span>}
      </span>
      <SignOut />
    </>
  )
}
