"""What intents, slots, metrics and the like are called for people; the data keeps its keys.

The texts are English message ids: ``mark`` leaves them as they are and puts them into the
catalogue, and whoever shows one translates it.
"""

from __future__ import annotations


def mark(message: str) -> str:
    """Returns ``message`` itself; the extraction of messages looks for this call."""
    return message


INTENTS = {
    "alarm_query": mark("Ask about alarms"),
    "alarm_remove": mark("Remove an alarm"),
    "alarm_set": mark("Set an alarm"),
    "audio_volume_down": mark("Turn the volume down"),
    "audio_volume_mute": mark("Mute the sound"),
    "audio_volume_other": mark("Change the volume in another way"),
    "audio_volume_up": mark("Turn the volume up"),
    "calendar_query": mark("Ask about the calendar"),
    "calendar_remove": mark("Remove a calendar entry"),
    "calendar_set": mark("Add a calendar entry"),
    "cooking_query": mark("Ask about cooking"),
    "cooking_recipe": mark("Get a recipe"),
    "datetime_convert": mark("Convert a time between time zones"),
    "datetime_query": mark("Ask for the date or time"),
    "email_addcontact": mark("Add a contact"),
    "email_query": mark("Ask about emails"),
    "email_querycontact": mark("Ask about a contact"),
    "email_sendemail": mark("Send an email"),
    "general_greet": mark("Greet"),
    "general_joke": mark("Hear a joke"),
    "general_quirky": mark("Chat about anything"),
    "iot_cleaning": mark("Start the vacuum cleaner"),
    "iot_coffee": mark("Make coffee"),
    "iot_hue_lightchange": mark("Change the colour of the light"),
    "iot_hue_lightdim": mark("Dim the light"),
    "iot_hue_lightoff": mark("Switch the light off"),
    "iot_hue_lighton": mark("Switch the light on"),
    "iot_hue_lightup": mark("Make the light brighter"),
    "iot_wemo_off": mark("Switch a socket off"),
    "iot_wemo_on": mark("Switch a socket on"),
    "lists_createoradd": mark("Make a list or add to it"),
    "lists_query": mark("Ask about a list"),
    "lists_remove": mark("Remove from a list"),
    "music_dislikeness": mark("Say that one dislikes the music"),
    "music_likeness": mark("Say that one likes the music"),
    "music_query": mark("Ask about the music"),
    "music_settings": mark("Change how music plays"),
    "news_query": mark("Hear the news"),
    "play_audiobook": mark("Play an audiobook"),
    "play_game": mark("Play a game"),
    "play_music": mark("Play music"),
    "play_podcasts": mark("Play a podcast"),
    "play_radio": mark("Play the radio"),
    "qa_currency": mark("Ask about exchange rates"),
    "qa_definition": mark("Ask what something means"),
    "qa_factoid": mark("Ask for a fact"),
    "qa_maths": mark("Calculate"),
    "qa_stock": mark("Ask about share prices"),
    "recommendation_events": mark("Find events"),
    "recommendation_locations": mark("Find places"),
    "recommendation_movies": mark("Find films"),
    "social_post": mark("Post on social media"),
    "social_query": mark("Ask about social media"),
    "takeaway_order": mark("Order food"),
    "takeaway_query": mark("Ask about a food order"),
    "transport_query": mark("Ask about a route or a connection"),
    "transport_taxi": mark("Call a taxi"),
    "transport_ticket": mark("Book a ticket"),
    "transport_traffic": mark("Ask about traffic"),
    "weather_query": mark("Ask about the weather"),
}

SLOTS = {
    "alarm_type": mark("kind of alarm"),
    "app_name": mark("app"),
    "artist_name": mark("artist"),
    "audiobook_author": mark("author of the audiobook"),
    "audiobook_name": mark("audiobook"),
    "business_name": mark("company"),
    "business_type": mark("kind of business"),
    "change_amount": mark("amount of change"),
    "coffee_type": mark("kind of coffee"),
    "color_type": mark("colour"),
    "cooking_type": mark("way of cooking"),
    "currency_name": mark("currency"),
    "date": mark("date"),
    "definition_word": mark("word to explain"),
    "device_type": mark("device"),
    "drink_type": mark("drink"),
    "email_address": mark("email address"),
    "email_folder": mark("email folder"),
    "event_name": mark("event"),
    "food_type": mark("food"),
    "game_name": mark("game"),
    "game_type": mark("kind of game"),
    "general_frequency": mark("how often"),
    "house_place": mark("place in the house"),
    "ingredient": mark("ingredient"),
    "joke_type": mark("kind of joke"),
    "list_name": mark("list"),
    "meal_type": mark("meal"),
    "media_type": mark("kind of media"),
    "movie_name": mark("film"),
    "movie_type": mark("kind of film"),
    "music_album": mark("album"),
    "music_descriptor": mark("what the music is like"),
    "music_genre": mark("kind of music"),
    "news_topic": mark("news topic"),
    "order_type": mark("delivery or pick-up"),
    "person": mark("person"),
    "personal_info": mark("personal detail"),
    "place_name": mark("place"),
    "player_setting": mark("player setting"),
    "playlist_name": mark("playlist"),
    "podcast_descriptor": mark("what the podcast is about"),
    "podcast_name": mark("podcast"),
    "radio_name": mark("radio station"),
    "relation": mark("relationship"),
    "song_name": mark("song"),
    "sport_type": mark("sport"),
    "time": mark("time"),
    "time_zone": mark("time zone"),
    "timeofday": mark("time of day"),
    "transport_agency": mark("transport company"),
    "transport_descriptor": mark("what the journey is like"),
    "transport_name": mark("line or train"),
    "transport_type": mark("means of transport"),
    "weather_descriptor": mark("kind of weather"),
}

ISSUES = {
    "wrong_intent": mark("It misunderstood what I want"),
    "wrong_slots": mark("It got a detail wrong"),
    "wrong_language": mark("It answered in another language"),
    "unnatural_wording": mark("Nobody says it like that"),
    "wrong_formality": mark("Too formal or too familiar"),
    "unfit_for_culture": mark("It does not fit our customs"),
    "offensive": mark("It would offend people"),
    "unhelpful_reply": mark("The answer does not help"),
    "too_slow": mark("It took too long"),
    "other": mark("Something else"),
}

SKIP_REASONS = {
    "unclear": mark("I do not understand the situation"),
    "unusual_here": mark("This does not happen where I live"),
    "no_idea": mark("I cannot think of anything to say"),
    "other": mark("Something else"),
}

METRICS = {
    "intent_acc": mark("Intent accuracy"),
    "slot_micro_f1": mark("Slot F1"),
    "ex_match_acc": mark("Exact match"),
    "slot_value_f1": mark("Slot value F1"),
    "text_intent_acc": mark("Intent accuracy over text"),
    "wer": mark("Word error rate"),
    "cer": mark("Character error rate"),
    "ece": mark("Calibration error"),
}

VERDICTS = {
    "REGRESSED": mark("worse"),
    "PASS": mark("not worse"),
    "INCONCLUSIVE": mark("too few utterances to tell"),
    "INCOMPARABLE": mark("cannot be compared"),
}

LEFT_OUT = {
    "scored by other rules": mark(
        "scored by other rules; `vernacular run rescore RUN` makes it comparable"
    ),
    "not scored on this metric": mark("not scored on this metric"),
    "answered a part of the suite only": mark("it answered a part of the suite only"),
}

TRAINING = {
    False: mark("never seen"),
    True: mark("trained on"),
    None: mark("unknown whether trained on"),
}

STAGES = {
    "asr": mark("hearing"),
    "nlu": mark("understanding"),
    "reply": mark("answering"),
    "tts": mark("speaking"),
}


STAGE_TIMES = {
    "asr": mark("Time to hear"),
    "nlu": mark("Time to understand"),
    "reply": mark("Time to find a reply"),
    "tts": mark("Time to speak the reply"),
    "whole": mark("Time to answer"),
}

LOST_BY = {
    "hearing": mark("Lost by hearing: right when the text is given."),
    "understanding": mark("Lost by understanding: wrong even when the text is given."),
}

OUTCOMES = {
    "right": mark("right"),
    "hearing": mark("lost by hearing"),
    "understanding": mark("lost by understanding"),
    "failed": mark("failed"),
}


def spoken(key: str) -> str:
    """Returns a key nobody has worded as words: ``book_flight`` becomes ``book flight``."""
    return key.replace("_", " ")
