/**
 * Who talks to whom. Each side names a nonce that no session has had. A session is a pair of them, and comes about when a side
 * hears its own from the peer, which therefore is there now: frames that are left from former lives start none. A side
 * that has started anew asks with an unknown peer's nonce, 0; the other answers with a fresh nonce of its own, and leaves
 * its session when that comes back.
 */

/** 64 bits that no other start has; never 0. */
export interface Nonce {
  readonly low: number;
  readonly high: number;
}

export const NONE: Nonce = Object.freeze({ low: 0, high: 0 });

export interface Session {
  readonly own: Nonce;
  readonly peer: Nonce;
  /** `AT_SESSION` of frames to the peer and from it. */
  readonly outgoing: number;
  readonly incoming: number;
}

/** A handshake to be sent: from whom to whom. */
export interface Hello {
  readonly from: Nonce;
  readonly to: Nonce;
}

/** Names a session and a direction: what comes back as an echo is not the peer's. */
function tagOf(from: Nonce, to: Nonce): number {
  return (Math.imul(from.low, 3) + Math.imul(from.high, 5) + Math.imul(to.low, 7) + to.high) | 0;
}

function isSame(a: Nonce, b: Nonce): boolean {
  return a.low === b.low && a.high === b.high;
}

export class Handshake {
  session: Session | undefined;
  /** What the next session is to have. */
  private candidate: Nonce;
  /** The peer that was answered last, whose next frame may already be of the session with it. */
  private asking = NONE;
  private readonly random: () => number;

  /** @param random makes 32 random bits, as a signed integer */
  constructor(random: () => number) {
    this.random = random;
    this.candidate = this.fresh();
  }

  private fresh(): Nonce {
    return { low: this.random() | 1, high: this.random() | 0 };
  }

  /** Asks whoever is there for a session. */
  question(): Hello {
    return { from: this.candidate, to: NONE };
  }

  /** Takes a handshake. What is to be said to it; "joined" if a session has begun, "known" if it had. */
  hear({ from, to }: Hello): Hello | "joined" | "known" | undefined {
    const { session } = this;
    // An echo of what this side has said.
    if (isSame(from, this.candidate) || (session && isSame(from, session.own))) return undefined;
    const isPeer = session !== undefined && isSame(from, session.peer);
    if (isSame(to, NONE)) {
      if (isPeer) return { from: session.own, to: from };
      this.asking = from;
      return { from: this.candidate, to: from };
    }
    if (isSame(to, this.candidate)) {
      this.enter(sessionOf(this.candidate, from));
      return "joined";
    }
    return isPeer && isSame(to, session.own) ? "known" : undefined;
  }

  /** The session that a frame is of: the one that there is, or the one that is being made. */
  sessionOf(tag: number): Session | undefined {
    if (this.session?.incoming === tag) return this.session;
    if (isSame(this.asking, NONE) || tag !== tagOf(this.asking, this.candidate)) return undefined;
    return sessionOf(this.candidate, this.asking);
  }

  /** The peer has sent a frame of a session; whether it begins by that. */
  enter(session: Session): boolean {
    if (session === this.session) return false;
    this.session = session;
    this.candidate = this.fresh();
    this.asking = NONE;
    return true;
  }
}

function sessionOf(own: Nonce, peer: Nonce): Session {
  return { own, peer, outgoing: tagOf(own, peer), incoming: tagOf(peer, own) };
}
