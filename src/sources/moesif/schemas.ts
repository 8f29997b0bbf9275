import {
  anything,
  array,
  freeObject,
  number,
  object,
  record,
  required,
  string,
  timestamp,
} from '../../engine/schema.ts';

const times = {
  created: timestamp('When they were made, in UTC'),
  first_seen_time: timestamp('When they were first seen on the API, in UTC'),
  last_seen_time: timestamp('When they were last seen on the API, in UTC; can move without modified_time'),
  modified_time: timestamp('When they were last modified, in UTC'),
};

const geo = object(
  {
    ip: string('Address that it is made of'),
    city_name: string('City'),
    region_name: string('Region'),
    region_code: string('Code of the region'),
    country_name: string('Country'),
    country_code2: string('Country, two letters'),
    country_code3: string('Country, three letters'),
    continent_code: string('Continent'),
    postal_code: string('Postal code'),
    timezone: string('Time zone'),
    dma_code: number('Area of the media market'),
    latitude: number('Latitude'),
    longitude: number('Longitude'),
    location: object({ lat: number('Latitude'), lon: number('Longitude') }, 'The same as a point'),
  },
  'Where the address is',
);

const agent = object(
  {
    name: string('Name of the program'),
    major: string('Its version'),
    minor: string('Its smaller version'),
    os: string('Operating system with its version'),
    os_name: string('Operating system'),
    os_major: string('Its version'),
    os_minor: string('Its smaller version'),
    device: string('Device'),
  },
  'User agent: of a user, the last one',
);

const campaign = object(
  {
    utm_source: string('Source'),
    utm_medium: string('Medium'),
    utm_campaign: string('Campaign'),
    utm_term: string('Term'),
    utm_content: string('Content'),
    referrer: string('Page that they came from'),
    referring_domain: string('Its domain'),
    gclid: string('Id of a click on an advertisement'),
  },
  'Campaign that they came by',
);

const metadata = freeObject('What the customer keeps about them');
const clearbit = freeObject('What Clearbit knew');
const app = { app_id: string('Id of the app'), org_id: string('Id of the organisation') };
const address = string('Last address');
const tokens = array(string('A token'), 'Session tokens that were seen with them');

export const user = record({
  id: required(string('Id of the user at Moesif: the _id of the hit')),
  ...app,
  user_id: string('Id of the user as the customer calls them'),
  identified_user_id: string('Id that an unknown user was given later'),
  company_id: string('Id of the company that they are linked to'),
  ...times,
  name: string('Full name'),
  first_name: string('First name'),
  last_name: string('Last name'),
  email: string('Email address'),
  user_name: string('Username'),
  phone: string('Telephone number'),
  photo_url: string('Address of a picture'),
  ip_address: address,
  session_token: tokens,
  user_agent: agent,
  user_agent_string: string('Last user agent, as it was sent'),
  geo_ip: geo,
  campaign,
  clearbit,
  metadata,
  company: freeObject('The company, as far as Moesif keeps it with the user'),
  body: freeObject('What was sent of them last'),
});

export const company = record({
  id: required(string('Id of the company at Moesif: the _id of the hit')),
  ...app,
  company_id: string('Id of the company as the customer calls it'),
  ...times,
  name: string('Name'),
  company_domain: string('Domain of the website'),
  ttfhw_s: number('Time to first hello world (seconds)'),
  ip_address: address,
  session_token: tokens,
  user_agent_string: string('Last user agent, as it was sent'),
  geo_ip: geo,
  campaign,
  clearbit,
  metadata,
  body: freeObject('What was sent of it last'),
});

const seen = {
  modifiedTime: timestamp('When they were last modified'),
  firstSeenTime: timestamp('When they were first seen on the API'),
  lastSeenTime: timestamp('When they were last seen on the API'),
};

const ofCompany = {
  ...seen,
  ipAddress: address,
  companyDomain: string('Domain of the website'),
  ttfhw_s: number('Time to first hello world (seconds)'),
  metadata,
};

const call = (type: string) => ({
  type: string(`"${type}"`),
  messageId: required(string('The same for the same version each time: ours, a hash')),
  timestamp: timestamp('modified_time, else last_seen_time; null where Moesif has neither'),
});

export const identifyCall = record({
  ...call('identify'),
  userId: required(string('Id of the user')),
  context: object(
    {
      ip: address,
      location: object(
        {
          city: string('City'),
          country: string('Country'),
          region: string('Region'),
          latitude: number('Latitude'),
          longitude: number('Longitude'),
        },
        'Where the address is',
      ),
    },
    'Where they were seen last',
  ),
  traits: object(
    {
      id: string('The same as userId'),
      createdAt: timestamp('When they were created in Moesif'),
      ...seen,
      name: string('Full name'),
      email: string('Email address'),
      username: string('Username, such as a Twitter handle'),
      company: object(
        {
          id: string('Id of the company'),
          created: timestamp('When it was created in Moesif'),
          ...ofCompany,
        },
        'The company that they are linked to',
      ),
      campaign,
      clearbit,
      last24HourAggResults: freeObject('Rollup of the last 24 hours before the sync, where Moesif gives it'),
      metadata,
      userAgent: agent,
    },
    "As in the tables of Segment's page; one that Moesif does not have is left out",
  ),
});

export const groupCall = record({
  ...call('group'),
  groupId: required(string('Id of the company')),
  traits: object(
    {
      id: string('The same as groupId'),
      name: string('Name'),
      website: string('Domain of the website'),
      createdAt: timestamp('When it was created in Moesif'),
      ...ofCompany,
    },
    'Of the company; one that Moesif does not have is left out',
  ),
});

const headers = freeObject('Headers, where "include_headers" is on');

export const event = record({
  id: required(string('Id of the event: the _id of the hit')),
  request_time: required(timestamp('When the request came, in UTC: ours, a copy of request.time')),
  ...app,
  event_type: string('api_call or user_action'),
  action_name: string('What the user did, of a user_action'),
  direction: string('Whether the call came in or went out'),
  company_id: string('Id of the company'),
  user_id: string('Id of the user'),
  session_token: string('Token of the session'),
  duration_ms: number('How long it took (ms)'),
  weight: number('How many it stands for, where some only are kept'),
  metadata: freeObject('What the customer keeps about it'),
  request: object(
    {
      time: anything('When it came, as Moesif sent it; in UTC: request_time'),
      verb: string('Method'),
      uri: string('Address'),
      route: string('Its pattern'),
      ip_address: string('Address of the client'),
      user_agent: agent,
      geo_ip: geo,
      headers,
      body: anything('Body, where "include_bodies" is on'),
    },
    'What was asked',
  ),
  response: object(
    {
      time: anything('When it went out, as Moesif sent it'),
      status: number('Status'),
      transfer_encoding: string('How the body is written'),
      headers,
      body: anything('Body, where "include_bodies" is on'),
    },
    'What was answered',
  ),
  user: freeObject('The user, as far as Moesif keeps them with the event'),
  company: freeObject('The company, as far as Moesif keeps it with the event'),
});
