import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/errors.ts";
import { parseKeepingDigits } from "../../src/plan/columns.ts";
import { compileTemplate } from "../../src/plan/template.ts";

function render(template: string, row: Record<string, unknown>): string {
  const rendered = compileTemplate(template, "--prompt").render(row);
  return rendered.kind === "text" ? rendered.text : `PROBLEM ${rendered.problem}`;
}
function refusal(template: string): string {
  try {
    compileTemplate(template, "--prompt");
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("a template", () => {
  it("puts columns into text, with filters, conditions and loops", () => {
    expect(render("Q: {{ q | upcase }}!", { q: "ab" })).toBe("Q: AB!");
    expect(render("{{ ['a b'] }}{{ o.x }}{{ l[0] }}{{ l.size }}", { "a b": 1, o: { x: 2 }, l: [3] })).toBe(
      "1231",
    );
    expect(render("{% for x in l %}{{ x }},{% endfor %}", { l: [1, 2] })).toBe("1,2,");
    expect(render("{{ html }}", { html: "<b> & 'x'" })).toBe("<b> & 'x'");
  });

  it("renders objects and arrays as JSON, null as nothing, and `raw` changes none of it", () => {
    const row = { o: { a: [1, "x"] }, l: ["a", { b: 2 }], n: null, t: true };
    expect(render("{{ o }}|{{ l }}|{{ n }}|{{ t }}", row)).toBe('{"a":[1,"x"]}|["a",{"b":2}]||true');
    expect(render("{{ o | raw }}|{% echo o %}|{{ o | json }}", row)).toBe(
      '{"a":[1,"x"]}|{"a":[1,"x"]}|{"a":[1,"x"]}',
    );
    expect(compileTemplate("{{ n }}{{ n }}", "x").render(row)).toEqual({ kind: "text", text: "", nulls: 2 });
  });

  it("keeps the digits of numbers that a double cannot hold", () => {
    const row = parseKeepingDigits(
      '{"i":9007199254740993,"o":{"i":12345678901234567890},"f":0.12345678901234567890,"h":1e400,"s":1.5}',
    ) as Record<string, unknown>;
    expect(render("{{ i }} {{ o }} {{ f }} {{ h }} {{ s }}", row)).toBe(
      '9007199254740993 {"i":12345678901234567890} 0.12345678901234567890 1e400 1.5',
    );
    expect(render("{% if i > 5 %}{{ i | append: '!' }}{% endif %}", row)).toBe("9007199254740993!");
  });

  it("says which column is missing, what was meant, and which there are", () => {
    const row = { question: "q", "Customer Feedback": "f" };
    expect(render("{{ qestion }}", row)).toBe(
      "PROBLEM --prompt: no column 'qestion'; did you mean 'question'? columns: question, Customer Feedback",
    );
    expect(render("{{ customer_feedback }}", row)).toContain("did you mean {{ ['Customer Feedback'] }}?");
    expect(render("{{ zzz }}", row)).toBe(
      "PROBLEM --prompt: no column 'zzz'; columns: question, Customer Feedback",
    );
    expect(render("{{ question.text }}", row)).toContain(
      "'question.text' has no value in this row; {{ question.text | default: \"\" }} lets it be empty",
    );
    expect(render("{{ my.col }}", { "my.col": 1 })).toContain("did you mean {{ ['my.col'] }}?");
  });

  it.each(["size", "first", "last", "constructor", "__proto__", "toString"])(
    "knows no column %s that the row does not have",
    (name) => {
      expect(render(`{{ ${name} }}`, { a: 1 })).toContain(`no column '${name}'`);
      expect(render(`{{ ${name} }}`, JSON.parse(`{"${name}":"own"}`))).toBe("own");
    },
  );

  it.each(["nil", "null", "empty", "blank"])(
    "prints no %s, which is Liquid's own word, for a column",
    (name) => {
      expect(render(`{{ ${name} }}`, { [name]: "own" })).toContain(
        "a column of that name is written {{ ['empty'] }}",
      );
      expect(render(`{{ ['${name}'] }}{% if a == ${name} %}x{% endif %}`, { [name]: "own", a: 1 })).toBe(
        "own",
      );
    },
  );

  it("lets a row lack a column that is asked for with `if` or `default`", () => {
    expect(render("{% if hint %}H{% endif %}{{ hint | default: 'none' }}", { a: 1 })).toBe("none");
  });

  it("refuses two words that Liquid would read as one column", () => {
    expect(refusal("Say\n{{ Customer Feedback }}")).toBe(
      '--prompt, line 2, column 1: "Customer Feedback" is two values without an operator; ' +
        "a column whose name holds a blank is written {{ ['Customer Feedback'] }}",
    );
    for (const template of [
      "{{ Customer Feedback | upcase }}",
      "{% if Customer Feedback %}x{% endif %}",
      "{% for x in Customer Feedback %}x{% endfor %}",
      "{% assign x = Customer Feedback %}",
      "{%- unless a == Customer Feedback -%}{% endunless %}",
    ]) {
      expect(refusal(template)).toContain("{{ ['Customer Feedback'] }}");
    }
    for (const template of [
      "{% raw %}{{ Customer Feedback }}{% endraw %}{{ a }}",
      "{% comment %}{{ Customer Feedback }}{% endcomment %}{{ a }}",
      "{{ ['Customer Feedback'] }}{% if a == b and c contains 'x y' %}{% endif %}",
      "{% for x in a reversed limit:2 offset:1 %}{% endfor %}{% if not a %}{% endif %}",
      "{{ 'two words' }}{{ a | append: 'two words' }}",
    ]) {
      expect(refusal(template)).toBe("accepted");
    }
  });

  it("refuses mistakes with their place", () => {
    expect(refusal("a\n b {{ x")).toMatch(/^--prompt, line 2, column 4: .*not closed$/);
    expect(refusal("{{ x | upcse }}")).toContain("undefined filter: upcse; did you mean upcase?");
    expect(refusal("{% if x %}")).toMatch(/^--prompt, line 1, column 1: /);
    expect(refusal("{{ }}")).toMatch(/^--prompt, line 1/);
  });

  it.each(["include", "render", "layout", "block"])("does not know the tag %s, which reads files", (tag) => {
    expect(refusal(`{% ${tag} 'x' %}`)).toContain("tags that read files are switched off");
  });

  it("refuses what would change from run to run", () => {
    expect(refusal("{{ a | sample }}")).toContain("it would change the prompt between runs");
    expect(render("{{ 'now' | date: '%Y' }}{{ a }}", { a: 1 })).toContain('cannot take "now"');
    expect(render("{{ a | date: '%Y' }}", { a: "today" })).toContain('cannot take "today"');
    expect(render("{{ a | date: '%Y-%m-%d %H' }}", { a: "2026-07-02T10:00:00Z" })).toBe("2026-07-02 10");
  });

  it("never quotes a row when rendering fails", () => {
    const problem = render("{{ a | where_exp: 'x', a }}", { a: "secret (((" });
    expect(problem).toContain("PROBLEM");
    expect(problem).not.toContain("secret");
  });

  it("names the columns it mentions, and none for a fixed text", () => {
    expect(compileTemplate("{{ a }}{% if b %}{{ c.d }}{% endif %}", "x").columns).toEqual(["a", "b", "c"]);
    expect(compileTemplate("{% assign a = 1 %}{{ a }}", "x").columns).toEqual([]);
  });
});
