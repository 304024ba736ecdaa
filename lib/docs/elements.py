# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The gst-giosocket authors
"""What the plugin's elements say about themselves, in the registry and in their sources' comments.

usage: elements.py pages FOLDER SOURCES...    makes a page of each element, for gi-docgen
       elements.py check README SOURCES...    finds what the sources or README say nothing about

SOURCES are folders.
"""

import pathlib
import re
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GObject, Gst  # noqa: E402

CHANGEABLE = [
    (Gst.PARAM_MUTABLE_PLAYING, "can be set in every state"),
    (Gst.PARAM_MUTABLE_PAUSED, "can be set in NULL, READY and PAUSED"),
    (Gst.PARAM_MUTABLE_READY, "can be set in NULL and READY"),
]


def read_comments(folders):
    """The documentation comments by what they are about: {"GstTcpCork:stats": "What happened…"}."""
    comments = {}
    for source in sorted(path for folder in folders for path in pathlib.Path(folder).glob("*.[ch]")):
        for comment in re.findall(r"/\*\*\n(.*?)\*/", source.read_text(), re.DOTALL):
            lines = [re.sub(r"^ *\* ?", "", line) for line in comment.splitlines()]
            body = "\n".join(lines[1:])
            # Parameters come first, and the version last; a signal's parameters are part of the text.
            body = re.sub(r"^@(self|title|short_description): .*\n", "", body, flags=re.MULTILINE)
            body = re.sub(r"^@(\w+): (\(.*?\): )?", r"- `\1`: ", body, flags=re.MULTILINE)
            body = re.sub(r"^Since: .*", "", body, flags=re.MULTILINE)
            body = re.sub(r"#\w+::?([a-z-]+)", r"`\1`", body)
            body = re.sub(r"[#%](\w+)", r"`\1`", body)
            comments[lines[0].split(": ")[0].rstrip(":")] = body.strip()
    return comments


def default_text(pspec):
    """A default as README's tables have it."""
    if not pspec.flags & GObject.ParamFlags.WRITABLE:
        return "–"
    value = pspec.default_value if hasattr(pspec, "default_value") else None
    if value is None:
        return "unset"
    if isinstance(value, GObject.GFlags):
        # A value that has a name of its own has the names of its parts, too, before it.
        is_named = int(value) in pspec.flags_class.__flags_values__
        value = value.value_nicks[-1] if is_named else "+".join(value.value_nicks) or "none"
    if not isinstance(value, str):
        value = Gst.value_serialize(GObject.Value(pspec.value_type, value))
    return "`%s`" % value


class Element:
    def __init__(self, factory, comments):
        self.name = factory.get_name()
        self.instance = factory.create(None)
        self.factory = factory
        self.comments = comments
        self.type = self.instance.__gtype__
        own = [p for p in self.instance.list_properties() if p.owner_type == self.type]
        self.properties = sorted(own, key=lambda pspec: pspec.name)
        self.signals = [GObject.signal_query(i) for i in GObject.signal_list_ids(self.type)]

    def description(self):
        return self.comments.get("SECTION:element-" + self.name)

    def property_text(self, pspec):
        """What several have is described once, as the endpoint's or another element's."""
        own = "%s:%s" % (self.type.name, pspec.name)
        shared = [key for key in self.comments if key.endswith(":" + pspec.name) and "::" not in key]
        return self.comments.get(own) or self.comments.get(shared[0] if shared else None)

    def signal_text(self, signal):
        return self.comments.get("%s::%s" % (self.type.name, signal.signal_name))

    def property_facts(self, pspec):
        facts = ["`%s`" % pspec.value_type.name]
        if hasattr(pspec, "minimum"):
            facts.append("%s to %s" % (pspec.minimum, pspec.maximum))
        if hasattr(pspec, "enum_class"):
            values = pspec.enum_class.__enum_values__.values()
            facts.append("one of " + ", ".join("`%s`" % value.value_nick for value in values))
        if hasattr(pspec, "flags_class"):
            values = pspec.flags_class.__flags_values__.values()
            facts.append("of " + ", ".join("`%s`" % value.value_nicks[-1] for value in values))
        if not pspec.flags & GObject.ParamFlags.WRITABLE:
            return ", ".join(facts + ["read only"])
        states = [text for bit, text in CHANGEABLE if pspec.flags & bit]
        return ", ".join(facts + ["default %s" % default_text(pspec)] + states[:1])

    def page(self):
        lines = ["Title: %s" % self.name, "", "# %s" % self.name, "", self.description() or "", ""]
        lines += ["## Pads", ""]
        templates = self.factory.get_static_pad_templates()
        for template in sorted(templates, key=lambda template: template.name_template):
            lines.append("- `%s`: %s, %s, caps %s" % (
                template.name_template, template.direction.value_nick,
                template.presence.value_nick, template.get_caps().to_string()))
        lines += ["", "## Properties", ""]
        for pspec in self.properties:
            lines += ["### %s" % pspec.name, "", self.property_facts(pspec), ""]
            lines += [self.property_text(pspec) or pspec.blurb, ""]
        lines += ["## Signals", ""] if self.signals else []
        for signal in self.signals:
            types = ", ".join("`%s`" % t.name for t in signal.param_types)
            lines += ["### %s" % signal.signal_name, ""]
            lines += ["(%s) → `%s`" % (types, signal.return_type.name), ""]
            lines += [self.signal_text(signal) or "", ""]
        return "\n".join(lines)

    def check_comments(self):
        if not self.description():
            yield "%s has no SECTION:element-%s" % (self.name, self.name)
        for pspec in self.properties:
            if not self.property_text(pspec):
                yield "%s: the property %s has no comment" % (self.name, pspec.name)
        for signal in self.signals:
            if not self.signal_text(signal):
                yield "%s: the signal %s has no comment" % (self.name, signal.signal_name)

    def check_readme(self, sections):
        """Sections are those whose heading has the element's name."""
        text = "\n".join(body for heading, body in sections if self.name in heading)
        tables = "".join(re.findall(r"^\| property \|.*\n((?:\|.*\n)+)", text, re.MULTILINE))
        rows = {}
        for name, default in re.findall(r"^\| `([a-z0-9-]+)` \| (.*?) \|", tables, re.MULTILINE):
            if name in rows:
                yield "%s: %s is there twice" % (self.name, name)
            rows[name] = default
        if not re.search(r"^    .*\b%s\b" % self.name, text, re.MULTILINE):
            yield "%s: no launch line" % self.name
        for pspec in self.properties:
            default = rows.pop(pspec.name, None)
            expected = default_text(pspec)
            if default is None:
                yield "%s lacks: | `%s` | %s | %s |" % (
                    self.name, pspec.name, expected, pspec.blurb)
            elif default != expected and not default.startswith(expected + " "):
                yield "%s: the default of %s is %s" % (self.name, pspec.name, expected)
        for name in rows:
            yield "%s has no property %s" % (self.name, name)


def load_elements(comments):
    features = Gst.Registry.get().get_feature_list_by_plugin("giosocket")
    factories = [f for f in features if isinstance(f, Gst.ElementFactory)]
    return [Element(f, comments) for f in sorted(factories, key=Gst.PluginFeature.get_name)]


def check_headers(sections, folders):
    """Each header that applications get is in README's table."""
    library = next(body for heading, body in sections if "library" in heading)
    for path in [path for folder in folders for path in pathlib.Path(folder).glob("giosocket.h")]:
        for header in re.findall(r'^#include "(.*)"', path.read_text(), re.MULTILINE):
            if not header.endswith("-prelude.h") and header not in re.findall(r"[a-z-]+\.h", library):
                yield "The library: %s is not in the table" % header


def make_pages(elements, folder):
    for element in elements:
        pathlib.Path(folder, element.name + ".md").write_text(element.page())


def check(elements, readme, folders):
    """Everything that is wrong."""
    parts = re.split(r"^#+ (.*)$", pathlib.Path(readme).read_text(), flags=re.MULTILINE)
    sections = [(re.findall(r"[a-z]+", heading), body)
                for heading, body in zip(parts[1::2], parts[2::2])]
    for element in elements:
        yield from element.check_comments()
        yield from element.check_readme(sections)
    yield from check_headers(sections, folders)


def main(task, where, folders):
    elements = load_elements(read_comments(folders))
    if not elements:
        return "the plugin is not there"
    if task == "pages":
        return make_pages(elements, where)
    return "\n".join(check(elements, where, folders)) or None


if __name__ == "__main__":
    Gst.init(None)
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
