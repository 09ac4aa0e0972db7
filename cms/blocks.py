"""What may a plain page be made of? Few blocks, each of which a screen reader can use."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["h3", "bold", "italic", "link", "document-link", "ol", "ul"]


class PictureBlock(blocks.StructBlock):
    """A picture that says in words what it shows, or that it shows nothing."""

    image = ImageChooserBlock(label=_("Picture"))
    description = blocks.CharBlock(
        label=_("What it shows"),
        max_length=250,
        required=False,
        help_text=_("For those who do not see it. Leave empty only when it is pure decoration."),
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "cms/blocks/picture.html"


class NoticeBlock(blocks.StructBlock):
    """A sentence or two that stand out."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, required=False)
    text = blocks.TextBlock(label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Notice")
        template = "cms/blocks/notice.html"


class FileBlock(blocks.StructBlock):
    """A document to download, with its kind and size beside the link."""

    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(label=_("Words of the link"), max_length=200, required=False)

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "cms/blocks/file.html"


class BodyBlock(blocks.StreamBlock):
    """The body of a plain page. Headings start at the second level: the title is the first."""

    heading = blocks.CharBlock(
        label=_("Heading"), max_length=150, icon="h2", template="cms/blocks/heading.html"
    )
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, template="cms/blocks/text.html")
    picture = PictureBlock()
    notice = NoticeBlock()
    file = FileBlock()
