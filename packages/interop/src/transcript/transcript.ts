import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Which of the two we are. */
export type Role = 'client' | 'server'

/** What a session agrees on, by name, the same in both directions. */
export interface SessionAlgorithms {
  readonly keyExchange: string
  /** The signature algorithm of the host key. */
  readonly publicKey: string
  readonly cipher: string
  /** What is offered; agreed on unless the cipher authenticates by itself. */
  readonly mac: string
  readonly compression: string
}

/** What a session is made from: the same again makes the same session again, but for what the peer says. */
export interface SessionPlan {
  readonly role: Role
  readonly algorithms: SessionAlgorithms
  /** How the user logs in: the signature algorithm of a key, or 'password'. */
  readonly login: string
  readonly user: string
  /** The key that the peer shows, a host's or a user's, as a blob in base64; absent for a user with a password. */
  readonly peerKey?: string
  /** Whether keys are exchanged a second time, in mid-session. */
  readonly rekey: boolean
  /** What all our randomness comes from. */
  readonly seed: string
}

/** What came of a session, above the encryption. */
export interface Outcome {
  /** The peer's identification line. */
  readonly peerVersion: string
  /** 32 to 64 bytes in hexadecimal. */
  readonly sessionID: string
  /** Without a MAC where the cipher authenticates by itself. */
  readonly negotiated: Omit<SessionAlgorithms, 'mac'> & { readonly mac?: string }
  readonly strictKeyExchange: boolean
  /** How many were complete at the end. */
  readonly keyExchanges: number
  /** Who is logged in. */
  readonly user: string
  /** What was executed. */
  readonly command: string
  /** What it read. */
  readonly input: string
  /** What it wrote. */
  readonly output: string
  readonly exitStatus: number
}

/** Bytes that one side sent in one piece, in base64. */
export interface Chunk {
  readonly from: Role
  readonly bytes: string
}

/** A session between us and an OpenSSH, as it went over the wire. */
export interface Transcript {
  /** What the file is, for whoever opens it. */
  readonly note: string
  /** The day on which it was recorded. */
  readonly date: string
  readonly plan: SessionPlan
  readonly outcome: Outcome
  readonly chunks: readonly Chunk[]
}

/** Where the transcripts are: `<role>/<kind>-<name>.json`, and the keys of all of them, `keys.json`. */
export const FOLDER: string = fileURLToPath(new URL('../../transcripts/', import.meta.url))

/** The names of all transcripts of a role: `kex-curve25519-sha256`. */
export function transcriptNames(role: Role): string[] {
  return readdirSync(`${FOLDER}${role}`)
    .map((file) => file.replace(/\.json$/, ''))
    .toSorted()
}

/** Reads a transcript. */
export function readTranscript(role: Role, name: string): Transcript {
  return JSON.parse(readFileSync(`${FOLDER}${role}/${name}.json`, 'utf8')) as Transcript
}
