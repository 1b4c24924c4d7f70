import type { Random } from '../algorithms/definition.ts'
import type { AlgorithmList, AlgorithmRegistry } from '../algorithms/registry.ts'
import { invalidArgument } from '../errors.ts'
import { frozen } from '../frozen.ts'
import { COOKIE_LENGTH, type KexInit } from '../negotiation/kexinit.ts'

/** The lists of names that one transport offers, most preferred first. */
export interface AlgorithmLists {
  /** Ciphers. */
  readonly ciphers: readonly string[]
  /** MACs; not needed where every cipher is an AEAD. */
  readonly macs: readonly string[]
  /** Key exchange methods. */
  readonly keyExchanges: readonly string[]
  /** Signature algorithms of host keys. */
  readonly publicKeys: readonly string[]
  /** Compression methods. */
  readonly compressions: readonly string[]
}

const NO_LANGUAGES = /* @__PURE__ */ Object.freeze([])

/** What a transport offers in its next KEXINIT: names out of a snapshot of the registry. */
export class Offer {
  /** The snapshot. */
  readonly algorithms: AlgorithmRegistry
  #lists: AlgorithmLists
  /** Languages, for which nobody has a use. */
  languages: readonly string[] = NO_LANGUAGES

  /**
   * @param registry what to take a snapshot of
   * @param chosen lists that replace the registry's defaults
   * @throws SSHError `UNKNOWN_ALGORITHM`, or `ARGUMENT` where a list that negotiation needs is empty
   */
  constructor(registry: AlgorithmRegistry, chosen: Partial<AlgorithmLists>) {
    this.algorithms = registry.clone()
    const { ciphers, macs, keyExchanges, publicKeys, compressions } = this.algorithms
    this.#lists = {
      ciphers: frozen(chosen.ciphers ?? ciphers.defaults),
      macs: frozen(chosen.macs ?? macs.defaults),
      keyExchanges: frozen(chosen.keyExchanges ?? keyExchanges.defaults),
      publicKeys: frozen(chosen.publicKeys ?? publicKeys.defaults),
      compressions: frozen(chosen.compressions ?? compressions.defaults),
    }
    for (const name of Object.keys(this.#lists) as (keyof AlgorithmLists)[]) this.#check(name, this.#lists)
  }

  /** All lists. */
  get lists(): AlgorithmLists {
    return this.#lists
  }

  /** One of the lists. */
  get(name: keyof AlgorithmLists): readonly string[] {
    return this.#lists[name]
  }

  /** Replaces one of the lists, from the next key exchange on. */
  set(name: keyof AlgorithmLists, names: readonly string[]): void {
    const lists = { ...this.#lists, [name]: frozen(names) }
    this.#check(name, lists)
    this.#lists = lists
  }

  /**
   * The contents of a KEXINIT.
   *
   * @param markers what goes behind the methods: the markers of extensions
   */
  kexInit(random: Random, markers: readonly string[]): KexInit {
    const { ciphers, macs, keyExchanges, publicKeys, compressions } = this.#lists
    const direction = { ciphers, macs: this.#withMACsOfCiphers(macs, ciphers), compressions, languages: this.languages }
    return {
      cookie: random(COOKIE_LENGTH),
      keyExchanges: [...keyExchanges, ...markers],
      publicKeys,
      clientToServer: direction,
      serverToClient: direction,
      firstKexPacketFollows: false,
    }
  }

  /**
   * The MACs, and the names of the ciphers that want theirs among them (RFC 5647 §5.1): in front where such a cipher is what we like best,
   * for a peer that chooses the MAC by order alone must arrive at the same name.
   */
  #withMACsOfCiphers(macs: readonly string[], ciphers: readonly string[]): readonly string[] {
    const wanting = ciphers.filter((name) => {
      const cipher = this.algorithms.ciphers.get(name)
      return cipher.integrity === 'aead' && cipher.negotiatesMAC
    })
    if (wanting.length === 0) return macs
    return wanting.includes(ciphers[0]!) ? [...wanting, ...macs] : [...macs, ...wanting]
  }

  #check(name: keyof AlgorithmLists, lists: AlgorithmLists): void {
    const registered: AlgorithmList = this.algorithms[name]
    for (const each of lists[name]) registered.get(each)
    const empty = lists[name].length === 0 && name !== 'macs' ? name : undefined
    const lacking = empty ?? (lists.macs.length === 0 && this.#needsMAC(lists.ciphers) ? 'macs' : undefined)
    if (lacking !== undefined) throw invalidArgument(`the list of ${lacking} is empty: there is nothing to negotiate with`)
  }

  #needsMAC(ciphers: readonly string[]): boolean {
    return ciphers.some((name) => this.algorithms.ciphers.get(name).integrity === 'mac')
  }
}
