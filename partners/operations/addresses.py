"""To which addresses may mails go?"""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cic.core.errors import from_validation
from cic.core.validators import check_mail_host
from partners.models.users import fold_address


def mail_address(typed: str, *, field: str = "email") -> str:
    """The one spelling of an address that somebody gives for mails, whoever's it is.

    Raises: DomainError "invalid" naming `field`.
    """
    address = fold_address(typed)
    try:
        validate_email(address)
        check_mail_host(address)
    except ValidationError as error:
        raise from_validation(ValidationError({field: error.messages})) from error
    return address
