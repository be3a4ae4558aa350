export type Role = "student" | "ta" | "admin";
/** One address that somebody asks for; :course and the like stand for an id. */
export type Visit = { readonly role: Role; readonly path: string };

/** Every page that these roles have, the student's first; addresses with what makes them heavy. */
export function listVisits(): Visit[] {
  const models = ["/models", "/models?page=5", "/models?view=table", "/models?q=gpt", "/models?away=1"];
  models.push("/models?filter=tools,free&vendor=none&group=default&context=32k&price=10&status=available");
  models.push(
    "/models?filter=tools&context=32k",
    "/models?model=usage-model-1",
    "/models?view=table&model=usage-model-8",
  );
  const usage = ["cost", "tokens", "requests", "cached", "thinking", "errors", "latency"].map(
    (metric) => `/usage?metric=${metric}&period=30d`,
  );
  const by = ["model", "key", "day", "course"].flatMap((each) => [`/usage?by=${each}`, `/usage?by=${each}&period=30d`]);
  const student = [
    ...["/", "/keys", "/balance", "/balance/empty", ...models, "/usage", "/usage?period=today", ...by, ...usage],
    ...[
      "/usage?metric=latency&by=key",
      "/usage?metric=latency&by=day&period=30d",
      "/usage?page=40&period=30d",
      "/usage?request=:request",
    ],
    ...[
      "/playground",
      "/playground/:longConversation",
      "/playground/conversations",
      "/playground/conversations?query=entropy",
    ],
    ...[
      "/playground/conversations?query=熵 温度",
      "/playground/conversations/:longConversation",
      "/palette",
      "/keys/gauges",
    ],
    ...[
      "/notices",
      "/settings",
      "/settings/mail",
      "/docs",
      "/docs/errors",
      "/speed",
      "/courses",
      "/courses/:course",
      "/courses/:largeCourse",
    ],
  ];
  const ofCourse = (id: string) =>
    [
      ...[
        "",
        "?q=nobody",
        "?sort=spent&order=desc&use=unused",
        "/money",
        "/requests",
        "/vouchers",
        "/import",
        "/balances",
        "/use",
      ],
      ...["/use?by=student&period=term&metric=tokens", "/simulate", "/statement", "/announcements"],
    ].map((rest) => `/courses/${id}${rest}`);
  const admin = [
    ...[
      "/",
      "/usage",
      "/usage?period=30d",
      "/usage?metric=latency",
      "/courses",
      ...[":course", ":largeCourse"].map((id) => `/courses/${id}/settings`),
    ],
    ...[
      "/admin",
      "/admin?period=week",
      "/admin?period=month",
      "/admin/health",
      "/admin/health?broken=1&q=nothing",
      "/admin/channels",
    ],
    ...[
      "/admin/channels?channel=new",
      "/admin/channels/import",
      "/admin/models",
      "/admin/models?model=:model",
      "/admin/groups",
    ],
    ...[
      "/admin/users",
      "/admin/users?page=50",
      "/admin/users?q=usage",
      "/admin/users?user=:studentUser",
      "/admin/vouchers",
      "/admin/announcements",
      "/admin/ledger",
    ],
    ...["/admin/audit", "/admin/settings", "/palette"],
  ];
  return [
    ...student.map((path) => ({ role: "student", path }) as const),
    ...["/", "/courses", ...ofCourse(":course"), ...ofCourse(":largeCourse")].map(
      (path) => ({ role: "ta", path }) as const,
    ),
    ...admin.map((path) => ({ role: "admin", path }) as const),
  ];
}
