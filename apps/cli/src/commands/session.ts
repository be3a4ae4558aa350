import { verifySignIn } from "@lyceum/db";
import { AppError, COMMAND_LINE_SESSION_MS, createCommandLineSession, deriveSecret } from "@lyceum/domain";
import { requireNothingDue } from "../caller.ts";
import type { Command } from "../command.ts";

export const signIn: Command = {
  name: "sign-in",
  summary: "Run commands as a person, with that person's rights and no more, for 12 hours; the password is asked for.",
  needs: "nobody",
  positionals: ["STUDENT_ID"],
  options: {},
  async run(values, { db, masterSecret, readPassword, session }) {
    const password = await readPassword();
    // As a browser without the cookie: the same count of failures, the same delay.
    const answer = await verifySignIn(db, { studentId: values.text("STUDENT_ID"), password, deviceId: "", ip: "" });
    if (!answer.ok) {
      const seconds = Math.ceil((answer.retryAfterMs ?? 0) / 1000);
      throw new AppError(answer.code, { parameters: { seconds: String(seconds) } });
    }
    const { user } = answer;
    await requireNothingDue(db, user);
    const expiresAt = Date.now() + COMMAND_LINE_SESSION_MS;
    const key = deriveSecret(await masterSecret(), "command-line-session");
    const claims = { userId: user.id, sessionVersion: user.sessionVersion, expiresAt };
    const file = await session.keep(createCommandLineSession(key, claims));
    const until = new Date(expiresAt).toISOString();
    return {
      lines: [`Commands now run as ${user.name} (${user.studentId}) until ${until}, or sign-out. Kept in ${file}.`],
      json: { studentId: user.studentId, name: user.name, role: user.role, until, file },
    };
  },
};

export const signOut: Command = {
  name: "sign-out",
  summary: "Forget the session that sign-in made.",
  needs: "nobody",
  options: {},
  async run(_, { session }) {
    const wasThere = await session.forget();
    const line = wasThere ? "Signed out: commands run as whoever has the database again." : "Nobody was signed in.";
    return { lines: [line], json: { wasSignedIn: wasThere } };
  },
};

export const whoAmI: Command = {
  name: "whoami",
  summary: "Say in whose name commands run.",
  needs: "anybody",
  options: {},
  async run(_, { caller: { user, until } }) {
    if (user === null) {
      return {
        lines: ["Nobody has signed in: commands run as whoever has the database, an admin."],
        json: { studentId: null, name: null, role: "admin", until: null },
      };
    }
    const { studentId, name, role } = user;
    return {
      lines: [`${name} (${studentId}), ${role}, until ${until?.toISOString()}.`],
      json: { studentId, name, role, until: until?.toISOString() ?? null },
    };
  },
};
