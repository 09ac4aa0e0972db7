"""What may a page be made of? Few blocks, each of which a screen reader can use; facts in them are live."""

from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.choices import ProgrammeChart
from cms.choosers import CentreBlock, ChallengeBlock, IndicatorBlock, TrialBlock
from cms.facts import home, live

TEXT_FEATURES = ["h3", "bold", "italic", "link", "document-link", "ol", "ul"]
# By their endings: what every browser of today plays, and the one format of captions that they read.
VIDEOS, CAPTIONS = (".mp4", ".webm"), (".vtt",)


def refuse(field: str, sentence: str) -> None:
    """Say what is wrong with one part of a block.

    Raises: StructBlockValidationError.
    """
    raise StructBlockValidationError(block_errors={field: ValidationError(sentence)})


class DescribedPicture(blocks.StructBlock):
    """A picture that says in words what it shows, or that it is decoration."""

    image = ImageChooserBlock(label=gettext_lazy("Picture"))
    description = blocks.CharBlock(
        label=gettext_lazy("What it shows"), max_length=250, required=False,
        help_text=gettext_lazy("In one sentence, for those who do not see it."),
    )  # fmt: skip
    decorative = blocks.BooleanBlock(
        label=gettext_lazy("Pure decoration: whoever does not see it misses nothing"), required=False
    )

    def clean(self, value: Any) -> Any:
        """One of the two: words, or the word that there is nothing to say."""
        value = super().clean(value)
        words = value["description"].strip()
        if not words and not value["decorative"]:
            refuse("description", _("Say what the picture shows, or that it is pure decoration."))
        if words and value["decorative"]:
            refuse("decorative", _("A picture that is described is not pure decoration. Choose one."))
        return value

    class Meta:
        icon = "image"
        label = gettext_lazy("Picture")
        template = "cms/blocks/picture.html"


class PictureBlock(DescribedPicture):
    """A picture with its caption."""

    caption = blocks.CharBlock(label=gettext_lazy("Caption"), max_length=250, required=False)


class QuoteBlock(blocks.StructBlock):
    """What somebody said."""

    text = blocks.TextBlock(label=gettext_lazy("What was said"), rows=3)
    who = blocks.CharBlock(label=gettext_lazy("Who said it"), max_length=120)
    role = blocks.CharBlock(
        label=gettext_lazy("As what"), max_length=160, required=False,
        help_text=gettext_lazy("For example: baker in Carrer de Blai."),
    )  # fmt: skip

    class Meta:
        icon = "openquote"
        label = gettext_lazy("Quote")
        template = "cms/blocks/quote.html"


class NoticeBlock(blocks.StructBlock):
    """A sentence or two that stand out."""

    title = blocks.CharBlock(label=gettext_lazy("Title"), max_length=120, required=False)
    text = blocks.TextBlock(label=gettext_lazy("Text"))

    class Meta:
        icon = "info-circle"
        label = gettext_lazy("Notice")
        template = "cms/blocks/notice.html"


class AccordionPart(blocks.StructBlock):
    """A question, and its answer behind it."""

    title = blocks.CharBlock(label=gettext_lazy("What it is about"), max_length=150)
    text = blocks.RichTextBlock(label=gettext_lazy("Text"), features=TEXT_FEATURES[1:])


class AccordionBlock(blocks.StructBlock):
    """Parts that open one by one, without a script."""

    parts = blocks.ListBlock(
        AccordionPart(label=gettext_lazy("Part")), label=gettext_lazy("Parts"), min_num=1
    )

    class Meta:
        icon = "collapse-down"
        label = gettext_lazy("Accordion")
        template = "cms/blocks/accordion.html"


class FileBlock(blocks.StructBlock):
    """A document to download, with its kind and size beside the link."""

    document = DocumentChooserBlock(label=gettext_lazy("Document"))
    title = blocks.CharBlock(label=gettext_lazy("Words of the link"), max_length=200, required=False)

    class Meta:
        icon = "download"
        label = gettext_lazy("Download")
        template = "cms/blocks/file.html"


class VideoBlock(blocks.StructBlock):
    """A video from this very site, with captions: no foreign player watches who watches."""

    video = DocumentChooserBlock(
        label=gettext_lazy("Video"), help_text=gettext_lazy("A file that ends in .mp4 or .webm.")
    )
    captions = DocumentChooserBlock(
        label=gettext_lazy("Captions"),
        help_text=gettext_lazy("What is said and heard, as a WebVTT file (.vtt). Nobody is left out."),
    )
    title = blocks.CharBlock(label=gettext_lazy("What it shows"), max_length=200)
    poster = ImageChooserBlock(label=gettext_lazy("Picture shown before it plays"), required=False)
    text = blocks.RichTextBlock(
        label=gettext_lazy("The same in writing"), features=["bold", "italic", "link"], required=False,
        help_text=gettext_lazy("What is seen, for those who do not see it, and for those who would rather read."),
    )  # fmt: skip

    def clean(self, value: Any) -> Any:
        """The files are what they are named."""
        value = super().clean(value)
        if ending(value["video"]) not in VIDEOS:
            refuse("video", _("This is no video: choose a file that ends in .mp4 or .webm."))
        if ending(value["captions"]) not in CAPTIONS or not is_webvtt(value["captions"]):
            refuse("captions", _("These are no captions: choose a WebVTT file, which ends in .vtt."))
        return value

    class Meta:
        icon = "media"
        label = gettext_lazy("Video")
        template = "cms/blocks/video.html"


def ending(document: Any) -> str:
    """The ending of a document's name, with its dot."""
    return PurePosixPath(document.filename).suffix.lower()


def is_webvtt(document: Any) -> bool:
    """Whether a file begins as captions do."""
    with document.open_file() as file:
        head: bytes = file.read(16)
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")


class LiveBlock(blocks.StructBlock):
    """A block whose facts are read from the tracker each time it is shown."""

    title = blocks.CharBlock(label=gettext_lazy("Title"), max_length=150, required=False)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """The value, and what is public of it today."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, **self.facts(value, live.frame_in(context))}

    def facts(self, value: Any, frame: Any) -> dict[str, Any]:
        """What the template shows besides the value."""
        return {}


class FiguresBlock(LiveBlock):
    """The figures of the whole programme, as they are today."""

    def facts(self, value: Any, frame: Any) -> dict[str, Any]:
        """Tiles."""
        return {"tiles": home.figures(frame)}

    class Meta:
        icon = "order"
        label = gettext_lazy("Figures of today")
        template = "cms/blocks/figures.html"


class ProgrammeChartBlock(LiveBlock):
    """How many trials there are of each kind, today."""

    by = blocks.ChoiceBlock(label=gettext_lazy("Public trials by"), choices=ProgrammeChart.choices)

    def facts(self, value: Any, frame: Any) -> dict[str, Any]:
        """Bars."""
        return live.programme_chart(value["by"])

    class Meta:
        icon = "list-ol"
        label = gettext_lazy("Chart of all trials")
        template = "cms/blocks/chart.html"


class IndicatorChartBlock(LiveBlock):
    """One indicator of a public trial, as measured until today."""

    indicator = IndicatorBlock(label=gettext_lazy("Indicator"))

    def facts(self, value: Any, frame: Any) -> dict[str, Any]:
        """A line with baseline, target and table; nothing when the trial is no longer public."""
        return live.indicator_chart(value["indicator"], frame)

    class Meta:
        icon = "history"
        label = gettext_lazy("Chart of an indicator")
        template = "cms/blocks/indicator.html"


class MapBlock(LiveBlock):
    """Where something is being tried, today."""

    centre = CentreBlock(
        label=gettext_lazy("Only of this centre"), required=False, help_text=gettext_lazy("Empty: of all.")
    )

    def facts(self, value: Any, frame: Any) -> dict[str, Any]:
        """Places on outlines of the districts."""
        return live.place_map(value["centre"], frame)

    class Meta:
        icon = "site"
        label = gettext_lazy("Map of what is tried")
        template = "cms/blocks/map.html"


class RelatedRecords(blocks.StreamBlock):
    """Records that belong to a text, in the order the editor gives them."""

    trial = TrialBlock(label=gettext_lazy("Pilot or proof of concept"))
    challenge = ChallengeBlock(label=gettext_lazy("Challenge"))
    centre = CentreBlock(label=gettext_lazy("Centre"))
    page = blocks.PageChooserBlock(label=gettext_lazy("Case or page"), icon="doc-empty-inverse")

    class Meta:
        max_num = 12


class RelatedBlock(LiveBlock):
    """Cards of records that belong to the text."""

    records = RelatedRecords(label=gettext_lazy("Records"), min_num=1)

    def facts(self, value: Any, frame: Any) -> dict[str, Any]:
        """One card each, of those that are public."""
        return {"cards": live.related(value["records"], frame)}

    class Meta:
        icon = "link"
        label = gettext_lazy("Related")
        template = "cms/blocks/related.html"


class HeadingBlock(blocks.CharBlock):
    """A heading that says something: an empty one is a step that a screen reader stumbles over."""

    class Meta:
        icon = "h2"
        label = gettext_lazy("Heading")
        template = "cms/blocks/heading.html"


class BodyBlock(blocks.StreamBlock):
    """The body of a page. Headings start at the second level: the title is the first."""

    heading = HeadingBlock(max_length=150)
    text = blocks.RichTextBlock(
        label=gettext_lazy("Text"), features=TEXT_FEATURES, template="cms/blocks/text.html"
    )
    picture = PictureBlock(group=gettext_lazy("Media"))
    video = VideoBlock(group=gettext_lazy("Media"))
    file = FileBlock(group=gettext_lazy("Media"))
    quote = QuoteBlock(group=gettext_lazy("Text"))
    notice = NoticeBlock(group=gettext_lazy("Text"))
    accordion = AccordionBlock(group=gettext_lazy("Text"))
    figures = FiguresBlock(group=gettext_lazy("From the tracker"))
    chart = ProgrammeChartBlock(group=gettext_lazy("From the tracker"))
    indicator = IndicatorChartBlock(group=gettext_lazy("From the tracker"))
    map = MapBlock(group=gettext_lazy("From the tracker"))
    related = RelatedBlock(group=gettext_lazy("From the tracker"))

    class Meta:
        # Each reads the tracker when the page is shown: few of them keep a page quick.
        block_counts = {
            "figures": {"max_num": 1},
            "chart": {"max_num": 2},
            "indicator": {"max_num": 2},
            "map": {"max_num": 1},
            "related": {"max_num": 1},
        }
