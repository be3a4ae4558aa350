import { getTranslations } from "next-intl/server";
import { ButtonLink } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { workingModels } from "#features/keys/working-model.ts";
import { cycleAddress } from "#features/playground/cycle-picture.ts";
import { starters } from "#features/playground/presets.ts";
import { getSquare } from "#features/square/queries.ts";

/** Questions of physics to begin with: each opens the playground with itself filled in. Nothing where no model answers. */
export async function FirstQuestions({ userId }: { userId: string }) {
  const [translate, playground, square] = await Promise.all([
    getTranslations("home"),
    getTranslations("playground"),
    getSquare(userId),
  ]);
  const models = workingModels(square);
  if (models.length === 0) return null;
  const seesPictures = models.some(({ capabilities }) => capabilities.includes("vision"));
  return (
    <section className="section later" aria-labelledby="h-questions">
      <div className="section-head">
        <h2 id="h-questions">{translate("questions")}</h2>
        <p>{translate("questionsFacts")}</p>
        <div className="end">
          <ButtonLink size="sm" href="/playground">
            {translate("toPlayground")}
          </ButtonLink>
        </div>
      </div>
      <div className="questions">
        {starters
          .filter((starter) => starter !== "cycle" || seesPictures)
          .map((starter) => (
            <Link key={starter} className="starter" href={`/playground?starter=${starter}`}>
              {starter === "cycle" && <img src={cycleAddress} alt={playground("cyclePicture")} />}
              <span>{playground(`starterText.${starter}`)}</span>
            </Link>
          ))}
      </div>
    </section>
  );
}
