import { createSealer } from '@floowe/platform/ground'
import { expect, test } from 'vitest'
import { pageFor } from '../testing/network.ts'
import { approvalHash, isSignature, payloadHash, signatureOf, targetHash } from './payload.ts'

const [old, fresh] = ['o'.repeat(40), 'n'.repeat(40)]
const of = { workspaceId: 'w', approvalId: 'a', hash: 'h' }

test('a signature holds for its approval and hash alone, and outlives a change of the secret while the old one is known', () => {
  const signature = signatureOf(createSealer(old), of.workspaceId, of.approvalId, of.hash)
  expect(isSignature(createSealer(old), signature, of)).toBe(true)
  expect(isSignature(createSealer([fresh, old]), signature, of)).toBe(true)
  expect(isSignature(createSealer(fresh), signature, of)).toBe(false)
  for (const other of [{ workspaceId: 'x' }, { approvalId: 'b' }, { hash: 'g' }])
    expect(isSignature(createSealer(old), signature, { ...of, ...other })).toBe(false)
  for (const wrong of [null, '', signature.slice(0, -1), `${signature}0`, signature.replace(/.$/, 'x')])
    expect(isSignature(createSealer(old), wrong, of)).toBe(false)
})

test('the version is no part of what is seen; every other field is', () => {
  const page = pageFor()
  expect(payloadHash({ ...page, versionId: '0190aaaa-0000-7000-8000-0000000000ff' as never })).toBe(payloadHash(page))
  for (const name of Object.keys(page).filter((key) => key !== 'versionId'))
    expect(payloadHash({ ...page, [name]: 'other' }), name).not.toBe(payloadHash(page))
})

test('the target is the account, or where there is none the address; the span of time counts', () => {
  const channel = { channelId: 'c', network: 'webhook', url: 'https://a.example', account: {} }
  expect(targetHash({ ...channel, url: 'https://b.example' })).not.toBe(targetHash(channel))
  const known = { ...channel, account: { id: '7', name: 'Studio' } }
  expect(targetHash({ ...known, url: 'https://b.example', account: { id: '7', name: 'Other' } })).toBe(
    targetHash(known),
  )
  const letter = {
    ...known,
    network: 'newsletter',
    account: { id: '7', sender: 'redakcja@a.example', imprint: 'Studio' },
  }
  expect(targetHash({ ...letter, account: { ...letter.account, imprint: 'Inne' } })).not.toBe(targetHash(letter))
  const window = { from: '2026-11-27T00:00:00.000Z', until: '2026-11-27T23:59:59.999Z' }
  const signed = { payloadHash: 'p', targetHash: 't', window }
  expect(approvalHash({ ...signed, window: { ...window, until: '2026-11-28T23:59:59.999Z' } })).not.toBe(
    approvalHash(signed),
  )
})
