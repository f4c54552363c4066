"""The words of every text message in English, Hindi and Gujarati, keyed by message key; messages.py fills them in.

None depends on a link, carries the tracking code or tells what the matter is about. An office stands after a
colon, so that its name needs no case ending. A text that asks for an answer says that no officer may ask for
the code.
"""

from collections.abc import Mapping

Words = Mapping[str, str]

# For a phone that is shared or another person's: neither office nor date nor what has happened.
NEWS: Words = {
    "en": "SWAGAT: There is news on grievance {number}. Ask on the site or at any counter.",
    "hi": "स्वागत: शिकायत {number} पर सूचना है। वेबसाइट या काउंटर देखें।",
    "gu": "સ્વાગત: ફરિયાદ {number} વિશે સમાચાર છે. સાઈટ કે કાઉન્ટર જુઓ.",
}

TEXTS: Mapping[str, Words] = {
    "filed": {
        "en": "SWAGAT: Grievance {number} is registered. Office: {office}. Answer due by "
        "{due_on}. No officer may ask for your code.",
        "hi": "स्वागत: शिकायत {number} दर्ज हुई। कार्यालय: {office}। जवाब {due_on} तक। कोई अधिकारी कोड नहीं माँग सकता।",
        "gu": "સ્વાગત: ફરિયાદ {number} નોંધાઈ છે. કચેરી: {office}. જવાબ {due_on} સુધીમાં. કોઈ અધિકારી કોડ માગી શકે નહીં.",
    },
    "assigned": {
        "en": "SWAGAT: An officer is now working on your grievance {number}.",
        "hi": "स्वागत: आपकी शिकायत {number} पर अब एक अधिकारी काम कर रहे हैं।",
        "gu": "સ્વાગત: તમારી ફરિયાદ {number} પર હવે એક અધિકારી કામ કરે છે.",
    },
    "transferred": {
        "en": "SWAGAT: Grievance {number} was sent to the right office: {office}. "
        "The days already used count. Answer due by {due_on}.",
        "hi": "स्वागत: शिकायत {number} अब संबंधित कार्यालय में है: {office}। बीते दिन जुड़े रहेंगे। जवाब {due_on} तक।",
        "gu": "સ્વાગત: ફરિયાદ {number} સંબંધિત કચેરીને મોકલી છે: {office}. વીતેલા દિવસો ગણાશે. જવાબ {due_on} સુધીમાં.",
    },
    "clarification_sought": {
        "en": "SWAGAT: A question on grievance {number}. Please answer by {until}: site "
        "(number, code) or counter. No officer may ask for your code.",
        "hi": "स्वागत: शिकायत {number} पर सवाल है। {until} तक वेबसाइट (नंबर, कोड) या काउंटर पर "
        "जवाब दें। कोई अधिकारी कोड नहीं माँग सकता।",
        "gu": "સ્વાગત: ફરિયાદ {number} વિશે સવાલ છે. {until} સુધી સાઈટ (નંબર, કોડ) કે કાઉન્ટર "
        "પર જવાબ આપો. કોઈ અધિકારી કોડ માગી શકે નહીં.",
    },
    "interim_reply": {
        "en": "SWAGAT: Grievance {number} needs more time. An answer is expected by {until}. "
        "The due date has not moved.",
        "hi": "स्वागत: शिकायत {number} में और समय लगेगा। जवाब {until} तक आने की आशा है। अंतिम तारीख नहीं बदली है।",
        "gu": "સ્વાગત: ફરિયાદ {number} માં વધુ સમય લાગશે. જવાબ {until} સુધીમાં આવવાની ધારણા છે. છેલ્લી તારીખ બદલાઈ નથી.",
    },
    "action_reported": {
        "en": "SWAGAT: The officer's report on grievance {number} is in. It is being checked, then you get the answer.",
        "hi": "स्वागत: शिकायत {number} की रिपोर्ट आई। जाँच कर जवाब देंगे।",
        "gu": "સ્વાગત: ફરિયાદ {number} નો અહેવાલ આવ્યો. તપાસ પછી જવાબ મળશે.",
    },
    "disposed": {
        "en": "SWAGAT: Grievance {number} is answered. Is it solved? Say yes or no by {until}: "
        "site (number, code) or counter. No officer may ask for your code.",
        "hi": "स्वागत: शिकायत {number} का जवाब दिया गया है। क्या हल हुआ? {until} तक हाँ या ना "
        "कहें: वेबसाइट पर नंबर और कोड से, या काउंटर पर। कोई अधिकारी कोड नहीं माँग सकता।",
        "gu": "સ્વાગત: ફરિયાદ {number} નો જવાબ અપાયો છે. ઉકેલ આવ્યો? {until} સુધીમાં હા કે ના "
        "કહો: સાઈટ પર નંબર અને કોડથી, કે કાઉન્ટર પર. કોઈ અધિકારી કોડ માગી શકે નહીં.",
    },
    "proposed": {
        "en": "SWAGAT: An office wants to close grievance {number}. You may object by {until}: "
        "site (number, code) or counter. No officer may ask for your code.",
        "hi": "स्वागत: शिकायत {number} बंद करने का प्रस्ताव है। {until} तक आपत्ति कर सकते हैं: "
        "वेबसाइट पर नंबर और कोड से, या काउंटर पर। कोई अधिकारी कोड नहीं माँग सकता।",
        "gu": "સ્વાગત: ફરિયાદ {number} બંધ કરવાની દરખાસ્ત છે. {until} સુધી વાંધો લઈ શકો છો: "
        "સાઈટ પર નંબર અને કોડથી, કે કાઉન્ટર પર. કોઈ અધિકારી કોડ માગી શકે નહીં.",
    },
    "proposal_declined": {
        "en": "SWAGAT: Grievance {number} will not be closed as proposed. Work on it goes on.",
        "hi": "स्वागत: शिकायत {number} बंद नहीं होगी। उस पर काम जारी है।",
        "gu": "સ્વાગત: ફરિયાદ {number} બંધ નહીં થાય. તેના પર કામ ચાલુ છે.",
    },
    "closed": {
        "en": "SWAGAT: Grievance {number} is closed. If you did not agree to this, say so at any counter.",
        "hi": "स्वागत: शिकायत {number} बंद हुई। असहमत हों तो काउंटर पर कहें।",
        "gu": "સ્વાગત: ફરિયાદ {number} બંધ થઈ. સહમત ન હો તો કાઉન્ટર પર કહો.",
    },
    "reopened": {
        "en": "SWAGAT: Grievance {number} is open again. The office that now answers for it: "
        "{answerable}. Answer due by {due_on}.",
        "hi": "स्वागत: आपकी शिकायत {number} फिर से खुल गई है। अब यह कार्यालय जवाब देगा: "
        "{answerable}। जवाब की तारीख: {due_on}।",
        "gu": "સ્વાગત: તમારી ફરિયાદ {number} ફરીથી ખૂલી છે. હવે આ કચેરી જવાબ આપશે: {answerable}. જવાબની તારીખ: {due_on}.",
    },
    "appeal_lodged": {
        "en": "SWAGAT: Your appeal on grievance {number} is registered. The next higher office decides it.",
        "hi": "स्वागत: शिकायत {number} की अपील ऊपर के कार्यालय में दर्ज हुई।",
        "gu": "સ્વાગત: ફરિયાદ {number} ની અપીલ ઉપરની કચેરીમાં નોંધાઈ છે.",
    },
    "appeal_decided": {
        "en": "SWAGAT: Your appeal on grievance {number} is decided. Read the reasons on the site or at a counter.",
        "hi": "स्वागत: शिकायत {number} की अपील पर फ़ैसला हुआ। कारण वेबसाइट या काउंटर पर पढ़ें।",
        "gu": "સ્વાગત: ફરિયાદ {number} ની અપીલનો નિર્ણય થયો. કારણો સાઈટ કે કાઉન્ટર પર વાંચો.",
    },
    "withdrawn": {
        "en": "SWAGAT: Grievance {number} is withdrawn. Not your wish? Say so by {until}: site "
        "(number, code) or counter. No officer may ask for your code.",
        "hi": "स्वागत: शिकायत {number} वापस ली गई है। आप ऐसा न चाहते हों तो {until} तक बताएँ: "
        "वेबसाइट पर नंबर और कोड से, या काउंटर पर। कोई अधिकारी कोड नहीं माँग सकता।",
        "gu": "સ્વાગત: ફરિયાદ {number} પાછી ખેંચાઈ છે. તમે એવું ન ઇચ્છતા હો તો {until} સુધીમાં "
        "કહો: સાઈટ પર નંબર અને કોડથી, કે કાઉન્ટર પર. કોઈ અધિકારી કોડ માગી શકે નહીં.",
    },
    "withdrawal_undone": {
        "en": "SWAGAT: Grievance {number} is open again, as you wished. Answer due by {due_on}.",
        "hi": "स्वागत: शिकायत {number} फिर खुली। जवाब की तारीख: {due_on}।",
        "gu": "સ્વાગત: ફરિયાદ {number} ફરી ખૂલી. જવાબની તારીખ: {due_on}.",
    },
    "escalated": {
        "en": "SWAGAT: Grievance {number} was not answered in time. The office that now "
        "answers for it: {answerable}. New date: {due_on}.",
        "hi": "स्वागत: शिकायत {number} का जवाब समय पर नहीं मिला। अब यह कार्यालय जवाब देगा: "
        "{answerable}। नई तारीख: {due_on}।",
        "gu": "સ્વાગત: ફરિયાદ {number} નો જવાબ સમયસર મળ્યો નથી. હવે આ કચેરી જવાબ આપશે: {answerable}. નવી તારીખ: {due_on}.",
    },
    "regraded": {
        "en": "SWAGAT: The subject of grievance {number} was corrected. Answer due by {due_on}.",
        "hi": "स्वागत: शिकायत {number}: विषय बदला। जवाब की तिथि: {due_on}।",
        "gu": "સ્વાગત: ફરિયાદ {number}: નવો વિષય. જવાબની તારીખ: {due_on}.",
    },
    "officer_assigned": {
        "en": "SWAGAT: Case {number} was given to you. It is due by {due_on}.",
        "hi": "स्वागत: केस {number} अब आपके पास है। अंतिम तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number} તમને સોંપાયો. છેલ્લી તારીખ: {due_on}.",
    },
    "officer_clarified": {
        "en": "SWAGAT: Case {number}: the complainant has written, or the time to answer is over. Due by {due_on}.",
        "hi": "स्वागत: केस {number}: शिकायतकर्ता ने लिखा है, या जवाब का समय पूरा हुआ। अंतिम तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number}: ફરિયાદીએ લખ્યું છે, અથવા જવાબનો સમય પૂરો થયો. છેલ્લી તારીખ: {due_on}.",
    },
    "officer_returned": {
        "en": "SWAGAT: Your report on case {number} was returned with a remark. Due by {due_on}.",
        "hi": "स्वागत: केस {number}: रिपोर्ट लौटाई। अंतिम तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number}: અહેવાલ પરત. છેલ્લી તારીખ: {due_on}.",
    },
    "officer_reminded": {
        "en": "SWAGAT: The complainant reminds you of case {number}. Due by {due_on}.",
        "hi": "स्वागत: केस {number}: नया स्मरणपत्र। अंतिम तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number}: સ્મરણપત્ર છે. છેલ્લી તારીખ: {due_on}.",
    },
    "office_received": {
        "en": "SWAGAT: There is a new case {number}. Office: {office}. Due by {due_on}. Please "
        "give it to an officer today.",
        "hi": "स्वागत: नया केस {number} आया है। कार्यालय: {office}। अंतिम तारीख: {due_on}। कृपया अधिकारी को सौंपें।",
        "gu": "સ્વાગત: નવો કેસ {number} આવ્યો છે. કચેરી: {office}. છેલ્લી તારીખ: {due_on}. કૃપા કરી અધિકારીને સોંપો.",
    },
    "office_reported": {
        "en": "SWAGAT: The report on case {number} is in and waits for you. Due by {due_on}.",
        "hi": "स्वागत: केस {number}: रिपोर्ट आई है। अंतिम तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number}: અહેવાલ આવ્યો. છેલ્લી તારીખ: {due_on}.",
    },
    "office_objected": {
        "en": "SWAGAT: The complainant objects to closing case {number}. Read it before you decide.",
        "hi": "स्वागत: केस {number} बंद करने पर शिकायतकर्ता की आपत्ति है।",
        "gu": "સ્વાગત: કેસ {number} બંધ કરવા સામે ફરિયાદીએ વાંધો લીધો છે.",
    },
    "office_reopened": {
        "en": "SWAGAT: Case {number} is open again and you answer for it. Due by {due_on}.",
        "hi": "स्वागत: केस {number} फिर से खुला है। अंतिम तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number} ફરી ખૂલ્યો છે. છેલ્લી તારીખ: {due_on}.",
    },
    "office_appeal": {
        "en": "SWAGAT: There is an appeal in case {number}. It is for your office to decide.",
        "hi": "स्वागत: केस {number} में अपील आई है। फ़ैसला आपको करना है।",
        "gu": "સ્વાગત: કેસ {number} માં અપીલ આવી છે. નિર્ણય તમારે કરવાનો છે.",
    },
    "office_escalated": {
        "en": "SWAGAT: Case {number} was not answered in time and has come to you. Due by {due_on}.",
        "hi": "स्वागत: केस {number} का जवाब समय पर न मिलने से वह आपके पास आया है। नई तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number} નો જવાબ સમયસર ન અપાતાં તે તમારી પાસે આવ્યો છે. નવી તારીખ: {due_on}.",
    },
    "office_immediate": {
        "en": "SWAGAT: Case {number} is marked immediate: danger to life or safety. Please look at it now.",
        "hi": "स्वागत: केस {number}: जान या सुरक्षा को ख़तरा। अभी देखें।",
        "gu": "સ્વાગત: કેસ {number}: જીવ કે સલામતીનું જોખમ. હમણાં જુઓ.",
    },
    "date_changed": {
        "en": "SWAGAT: The date for the answer to grievance {number} has changed. New date: {due_on}.",
        "hi": "स्वागत: शिकायत {number} के जवाब की तारीख बदली है। नई तारीख: {due_on}।",
        "gu": "સ્વાગત: ફરિયાદ {number} ના જવાબની તારીખ બદલાઈ છે. નવી તારીખ: {due_on}.",
    },
    "officer_warned": {
        "en": "SWAGAT: Time for case {number} is running out. Due by {due_on}.",
        "hi": "स्वागत: केस {number} का समय बीता जा रहा है। अंतिम तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number} નો સમય વીતી રહ્યો છે. છેલ્લી તારીખ: {due_on}.",
    },
    "officer_date_changed": {
        "en": "SWAGAT: The due date of case {number} has changed. Due by {due_on}.",
        "hi": "स्वागत: केस {number} की अंतिम तारीख बदल गई है। नई तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number} ની છેલ્લી તારીખ બદલાઈ ગઈ છે. નવી તારીખ: {due_on}.",
    },
    "office_unassigned": {
        "en": "SWAGAT: Case {number} still has no officer. Please give it to one today. Due by {due_on}.",
        "hi": "स्वागत: केस {number} अब तक किसी को नहीं सौंपा। अंतिम तारीख: {due_on}।",
        "gu": "સ્વાગત: કેસ {number} હજુ કોઈને સોંપાયો નથી. છેલ્લી તારીખ: {due_on}.",
    },
    "office_date_asked": {
        "en": "SWAGAT: The complainant of late case {number} asks for a dated answer. Please give one.",
        "hi": "स्वागत: केस {number}: शिकायतकर्ता तारीख पूछते हैं।",
        "gu": "સ્વાગત: કેસ {number}: ફરિયાદી તારીખ પૂછે છે.",
    },
    "office_directed": {
        "en": "SWAGAT: There is a direction in case {number}. Carry it out and report by {until}.",
        "hi": "स्वागत: केस {number} में निर्देश है। {until} तक रिपोर्ट दें।",
        "gu": "સ્વાગત: કેસ {number} માં સૂચના છે. {until} સુધીમાં અહેવાલ આપો.",
    },
    "office_direction_reported": {
        "en": "SWAGAT: Your direction in case {number} was reported on. Please accept or return the report.",
        "hi": "स्वागत: केस {number}: निर्देश पर रिपोर्ट आई। जाँचें।",
        "gu": "સ્વાગત: કેસ {number}: સૂચના પર અહેવાલ આવ્યો. તપાસો.",
    },
    "office_direction_late": {
        "en": "SWAGAT: A direction in case {number} was not carried out in time. It has come to you.",
        "hi": "स्वागत: केस {number}: निर्देश समय पर पूरा नहीं हुआ।",
        "gu": "સ્વાગત: કેસ {number}: સૂચનાનો સમયસર અમલ થયો નથી.",
    },
    "staff_digest": {
        "en": "SWAGAT: Good morning. Your open cases: {open_cases}. Due within 3 working days: {cases_at_risk}. "
        "Past a due date: {late_cases}.",
        "hi": "स्वागत: आपके खुले केस: {open_cases}। 3 दिन में अंतिम तारीख: {cases_at_risk}। देर से: {late_cases}।",
        "gu": "સ્વાગત: તમારા ખુલ્લા કેસ: {open_cases}. 3 દિવસમાં છેલ્લી તારીખ: {cases_at_risk}. મોડા: {late_cases}.",
    },
    "hearing": {
        "en": "SWAGAT: Grievance {number} will be heard on {hearing_on}. SWAGAT sitting: {listed}. "
        "You may speak there. It costs nothing.",
        "hi": "स्वागत: शिकायत {number} की सुनवाई {hearing_on} को। स्वागत बैठक: {listed}। आकर बात रखें। कोई शुल्क नहीं।",
        "gu": "સ્વાગત: ફરિયાદ {number} ની સુનાવણી {hearing_on} ના રોજ. સ્વાગત બેઠક: {listed}. આવીને રજૂઆત કરો. કોઈ ફી નથી.",
    },
    "hearing_off": {
        "en": "SWAGAT: Grievance {number} is off the list of the SWAGAT sitting. Work on it goes on.",
        "hi": "स्वागत: शिकायत {number} स्वागत बैठक में नहीं। काम जारी है।",
        "gu": "સ્વાગત: ફરિયાદ {number} સ્વાગત બેઠકમાં નથી. કામ ચાલુ છે.",
    },
    "asking_code": {
        "en": "SWAGAT: Your one-time code: {code}. It is good for 10 minutes. No officer may ask for your code.",
        "hi": "स्वागत: कोड {code}, 10 मिनट तक। कोई अधिकारी कोड नहीं माँग सकता।",
        "gu": "સ્વાગત: કોડ {code}, 10 મિનિટ સુધી. કોઈ અધિકારી કોડ માગી શકે નહીં.",
    },
    "asking_status": {
        "en": "SWAGAT: Grievance {number} stands at: {state}. Date for the answer: {due_on}. "
        "Ask at any counter for more.",
        "hi": "स्वागत: शिकायत {number} की स्थिति: {state}। जवाब की तारीख: {due_on}। अधिक जानकारी किसी भी काउंटर पर मिलेगी।",
        "gu": "સ્વાગત: ફરિયાદ {number} ની સ્થિતિ: {state}. જવાબની તારીખ: {due_on}. વધુ માહિતી કોઈ પણ કાઉન્ટર પર મળશે.",
    },
    "asking_help": {
        "en": "SWAGAT: This was not understood. Send STATUS and the number of your grievance, STOP or START.",
        "hi": "स्वागत: समझ नहीं आया। STATUS और शिकायत नंबर, STOP या START भेजें।",
        "gu": "સ્વાગત: સમજાયું નહીં. STATUS અને ફરિયાદ નંબર, STOP કે START મોકલો.",
    },
    "asking_started": {
        "en": "SWAGAT: This number gets our texts again. Send STOP to get no more.",
        "hi": "स्वागत: इस नंबर पर संदेश फिर आएँगे। बंद करने को STOP भेजें।",
        "gu": "સ્વાગત: આ નંબર પર સંદેશા ફરી આવશે. બંધ કરવા STOP મોકલો.",
    },
}

# Where a grievance stands, as a text says it; keyed by status.
STATES: Mapping[str, Words] = {
    "registered": {"en": "with the office", "hi": "कार्यालय में", "gu": "કચેરીમાં"},
    "assigned": {"en": "with an officer", "hi": "अधिकारी के पास", "gu": "અધિકારી પાસે"},
    "clarification_sought": {"en": "waits for your answer", "hi": "आपके जवाब का इंतज़ार", "gu": "તમારા જવાબની રાહ"},
    "action_reported": {"en": "report being checked", "hi": "रिपोर्ट की जाँच", "gu": "અહેવાલની તપાસ"},
    "disposed": {"en": "answered", "hi": "जवाब दिया गया", "gu": "જવાબ અપાયો"},
    "under_appeal": {"en": "in appeal", "hi": "अपील में", "gu": "અપીલમાં"},
    "closed": {"en": "closed", "hi": "बंद", "gu": "બંધ"},
}
